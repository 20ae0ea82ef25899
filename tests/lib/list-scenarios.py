#!/usr/bin/python3
"""What mlmmj does with a list and what mn-list-* do: the same, but for the departures named here.

    list-scenarios.py SCRATCH GROUP...     run the scenarios of these groups; no group: all
    list-scenarios.py --count              how many there are

Each scenario makes two lists alike, lets the same things happen to both and compares (list_sides.py).
A difference must stand in DEPARTURES, and what stands there must be different.
"""

import fnmatch
import itertools
import os
import sys
import traceback

from list_sides import HERE, LIST, Mlmmj, Ours, World, become_subreaper

TEXTS = os.path.join(HERE, "..", "..", "userconfig", "listtext")
ANN, BOB, CARL, DORA, NAT, EVE = (
    f"{name}@example.net" for name in ("ann", "bob", "carl", "dora", "nat", "eve")
)
MOD, BOSS = "mod@example.org", "boss@example.org"
DAY = 86400

SCENARIOS = {}


def scenario(group, *controls, **values):
    """For a function of one side. Subscribers are there, and the control files named."""

    def register(function):
        SCENARIOS[function.__name__] = (group, controls, values, function)
        return function

    return register


def write_texts(side):
    """One for every occasion that there is, so that its subject says which was taken."""
    types = ("normal", "digest", "nomail", "both")
    reasons = {
        "sub": ("request", "confirm", "admin", "permit", "switch", "disabled", "subbed", "closed"),
        "unsub": ("request", "confirm", "admin", "bouncing", "unsubbed", "closed"),
        "post": "subonlypost modonlypost modnonsubposts modnonmodposts access maxmailsize tocc moderated".split(),
    }
    names = ["help", "faq", "probe", "list---all", "list---normal", "list---digest", "list---nomail"]
    for purpose, (action, some) in itertools.product(
        "confirm deny finish gatekeep moderate notify wait".split(), reasons.items()
    ):
        for reason in some:
            names += [f"{purpose}-{action}-{reason}"] + [f"{purpose}-{action}-{reason}-{t}" for t in types]
    values = {
        "moderate": "release $releaseaddr$ reject $rejectaddr$ of $posteraddr$ $subject$",
        "gatekeep": "permit $permitaddr$ obstruct $obstructaddr$ $subaddr$",
        "deny-post-maxmailsize": "at most $maxmailsize$",
        "deny-post": "$posteraddr$ $subject$\n%originalmail 3%",
        "wait-post": "$posteraddr$ $subject$",
        "help": "%ifcontrol closedlist%closed%endif%%ifncontrol closedlist%open%endif%",
        "faq": "",
        "probe": "%bouncenumbers%",
        "list": "all: %listsubs%\n%digestsubs%\n- %nomailsubs% -",
        "confirm": "$subaddr$ $confirmaddr$",
        "": "$subaddr$",
    }
    for name in names:
        body = next(text for beginning, text in values.items() if name.startswith(beginning))
        side.write("text/" + name, f"Subject: [{name}]\n\n{body}\nof $list$ at $domain$ plus $list+$ $nonsense$\n")
    side.write("text/digest", "Subject: digest $digestissue$ from $digestfirst$ to $digestlast$\n\nissue $digestissue$\n")


def set_up(side, controls, values):
    side.subscribe("subscribers.d", ANN, BOB, CARL)
    side.subscribe("digesters.d", DORA)
    side.subscribe("nomailsubs.d", NAT)
    write_texts(side)
    side.control(*controls, **values)


# ---- posts --------------------------------------------------------------------------------------


@scenario("posts")
def plain(side):
    side.mail(ANN)


@scenario("posts")
def from_a_stranger(side):
    side.mail(EVE)


@scenario("posts")
def two_posts(side):
    side.mail(ANN)
    side.mail(BOB, subject="second")


@scenario("posts", prefix="[cats]")
def prefix(side):
    side.mail(ANN)


@scenario("posts", prefix="[cats]")
def prefix_there_already(side):
    side.mail(ANN, subject="Re: [cats] tails")


@scenario("posts", prefix="[cats]")
def prefix_without_subject(side):
    side.mail(ANN, subject=None)


@scenario("posts", prefix="[cats]")
def prefix_before_base64(side):
    side.mail(ANN, subject="=?utf-8?B?W2NhdHNdIGvDpHR6Y2hlbg==?=")


@scenario("posts", footer="-- \nof the list")
def footer(side):
    side.mail(ANN)


@scenario("posts", footer="-- \nof the list")
def footer_in_html(side):
    side.mail(ANN, header="MIME-Version: 1.0\nContent-Type: text/html\n", body="<html><body>x</body></html>\n")


@scenario("posts", customheaders="X-Cat: purrs\nX-Dog: barks")
def customheaders(side):
    side.mail(ANN)


@scenario("posts", customheaders="Reply-To: cats@example.org")
def customheaders_reply_to(side):
    side.mail(ANN, header="Reply-To: ann@example.com\n")


@scenario("posts", delheaders="X-Secret\nReceived:")
def delheaders(side):
    side.mail(ANN, header="X-Secret: folded\n here\nX-Other: stays\n")


@scenario("posts", "noarchive")
def noarchive(side):
    side.mail(ANN)


@scenario("posts", "notmetoo")
def notmetoo(side):
    side.mail(ANN)


@scenario("posts", "notmetoo")
def notmetoo_other_case(side):
    side.mail("Ann@Example.NET")


@scenario("posts", "addtohdr")
def addtohdr(side):
    side.mail(ANN)


@scenario("posts", listaddress="cats@example.org\nkittens@example.org")
def second_address(side):
    side.mail(ANN, to="kittens@example.org")


@scenario("posts")
def subscribed_twice(side):
    side.subscribe("digesters.d", ANN)
    side.mail(BOB)


@scenario("posts")
def eight_bit_and_dots(side):
    side.mail(ANN, header="X-Name: J\u00f6rg\n", body=".\n..\nFrom here\n\u00e4\n\n\nend\n")


@scenario("posts")
def no_last_line_end(side):
    side.mail(ANN, body="first\nlast")


@scenario("posts")
def two_authors(side):
    side.mail(f"{ANN}, {BOB}", sender=ANN)


@scenario("posts")
def null_sender(side):
    side.mail(ANN, sender="")


@scenario("posts")
def list_as_author(side):
    side.mail(LIST)


@scenario("posts")
def own_mail_again(side):
    side.mail(ANN, header="X-Loop: cats@example.org\nList-Id: <cats.example.org>\n")


@scenario("posts")
def folded_and_empty_fields(side):
    side.mail(ANN, header="X-Folded: one\n\ttwo\n  three\nX-Empty:\nX-Twice: 1\nX-Twice: 2\n", subject="a\n long\n one")


@scenario("posts")
def to_owner(side):
    side.mail(EVE, "owner")


@scenario("posts")
def unknown_extension(side):
    side.mail(EVE, "nonsense")


# ---- who may post -------------------------------------------------------------------------------


@scenario("denied")
def not_in_to_or_cc(side):
    side.mail(ANN, to="undisclosed@example.com")


@scenario("denied", "tocc")
def tocc(side):
    side.mail(ANN, to="undisclosed@example.com")


@scenario("denied", "notoccdenymails")
def notoccdenymails(side):
    side.mail(ANN, to="undisclosed@example.com")


@scenario("denied", "subonlypost")
def subonlypost(side):
    side.mail(EVE)


@scenario("denied", "subonlypost")
def subonlypost_by_subscribers(side):
    for author in (ANN, DORA, NAT):
        side.mail(author)


@scenario("denied", "subonlypost", "nosubonlydenymails")
def nosubonlydenymails(side):
    side.mail(EVE)


@scenario("denied", "modonlypost", moderators=MOD)
def modonlypost(side):
    side.mail(ANN)


@scenario("denied", "modonlypost", moderators=MOD)
def modonlypost_by_moderator(side):
    side.mail(MOD)


@scenario("denied", "modonlypost", "nomodonlydenymails", moderators=MOD)
def nomodonlydenymails(side):
    side.mail(ANN)


@scenario("denied", maxmailsize="2000")
def maxmailsize(side):
    side.mail(ANN, body="x" * 70 + "\n" + ("y" * 70 + "\n") * 40)


@scenario("denied", maxmailsize="20000")
def maxmailsize_not_reached(side):
    side.mail(ANN)


@scenario("denied", "nomaxmailsizedenymails", maxmailsize="2000")
def nomaxmailsizedenymails(side):
    side.mail(ANN, body=("y" * 70 + "\n") * 40)


@scenario("denied", access="deny ^Subject: .*tails\nallow")
def access_deny(side):
    side.mail(ANN)
    side.mail(ANN, subject="heads")


@scenario("denied", "noaccessdenymails", access="deny")
def noaccessdenymails(side):
    side.mail(ANN)


@scenario("denied", access="allow ^Subject: heads")
def access_no_rule(side):
    side.mail(ANN)


@scenario("denied", "access")
def access_empty(side):
    side.mail(ANN)


@scenario("denied", access="deny !^X-Cat:\nallow")
def access_negated(side):
    side.mail(ANN)
    side.mail(ANN, header="X-Cat: yes\n")


@scenario("denied", access="discard ^subject: TAILS\nallow")
def access_discard(side):
    side.mail(ANN)


@scenario("denied", "subonlypost", access="send ^From: .*eve@\nallow")
def access_send(side):
    side.mail(EVE)


@scenario("denied", access="moderate ^Subject: tails\nallow", moderators=MOD)
def access_moderate(side):
    side.mail(ANN)


# ---- moderation ---------------------------------------------------------------------------------


@scenario("moderation", "moderated", moderators=f"{MOD}\n{BOSS}")
def moderated(side):
    side.mail(ANN)


@scenario("moderation", "moderated", moderators=MOD)
def moderated_release(side):
    side.mail(ANN)
    side.answer("release-", MOD)


@scenario("moderation", "moderated", moderators=MOD)
def moderated_release_twice(side):
    side.mail(ANN)
    held = side.fresh
    side.answer("release-", MOD)
    side.fresh = held
    side.answer("release-", MOD)


@scenario("moderation", "moderated", moderators=MOD)
def moderated_reject(side):
    side.mail(ANN)
    side.answer("reject-", MOD)


@scenario("moderation", "moderated", "notifymod", moderators=MOD)
def notifymod(side):
    side.mail(ANN)


@scenario("moderation", "moderated", "ifmodsendonlymodmoderate", moderators=f"{MOD}\n{BOSS}")
def ifmodsendonlymodmoderate(side):
    side.mail(MOD)
    side.mail(ANN)


@scenario("moderation", "moderated", "notmetoo", moderators=MOD)
def moderated_notmetoo(side):
    side.mail(ANN)
    side.answer("release-", MOD)


@scenario("moderation", "modnonsubposts", moderators=MOD)
def modnonsubposts(side):
    side.mail(EVE)
    side.mail(ANN)


@scenario("moderation", "moderated", access="send", moderators=MOD)
def moderated_but_send(side):
    side.mail(EVE)


@scenario("moderation", "moderated", "subonlypost", moderators=MOD)
def moderated_subonlypost(side):
    side.mail(EVE)


@scenario("moderation", "moderated", moderators=MOD)
def release_of_nothing(side):
    side.mail(MOD, "release-0123456789abcdef")
    side.mail(MOD, "reject-0123456789abcdef")
    side.mail(MOD, "release-../control/owner")


@scenario("moderation", "submod")
def submod_permit(side):
    side.mail(EVE, "subscribe")
    side.answer("confsub-", EVE)
    side.answer("permit-", BOSS)


@scenario("moderation", submod=MOD)
def submod_obstruct(side):
    side.mail(EVE, "subscribe-digest")
    side.answer("confsub-digest-", EVE)
    side.answer("obstruct-", MOD)


@scenario("moderation", "nosubmodmails", submod=MOD)
def nosubmodmails(side):
    side.mail(EVE, "subscribe")
    side.answer("confsub-", EVE)


# ---- subscriptions ------------------------------------------------------------------------------


@scenario("subscriptions")
def subscribe(side):
    side.mail(EVE, "subscribe")


@scenario("subscriptions")
def subscribe_and_confirm(side):
    side.mail("Eve <Eve@Example.NET>", "subscribe")
    side.answer("confsub-", EVE)


@scenario("subscriptions", "notifysub")
def subscribe_notifysub(side):
    side.mail(EVE, "subscribe")
    side.answer("confsub-", EVE)


@scenario("subscriptions")
def subscribe_digest(side):
    side.mail(EVE, "subscribe-digest")
    side.answer("confsub-digest-", EVE)


@scenario("subscriptions")
def subscribe_nomail(side):
    side.mail(EVE, "subscribe-nomail")
    side.answer("confsub-nomail-", EVE)


@scenario("subscriptions")
def subscribe_both(side):
    side.mail(EVE, "subscribe-both")
    side.answer("confsub-both-", EVE)


@scenario("subscriptions")
def confirm_from_elsewhere(side):
    side.mail(EVE, "subscribe")
    side.answer("confsub-", "eve@work.example.com")


@scenario("subscriptions")
def confirm_twice(side):
    side.mail(EVE, "subscribe")
    question = side.fresh
    side.answer("confsub-", EVE)
    side.fresh = question
    side.answer("confsub-", EVE)


@scenario("subscriptions")
def confirm_nothing(side):
    side.mail(EVE, "confsub-0123456789abcdef-eve=example.net")
    side.mail(EVE, "confunsub-0123456789abcdef-eve=example.net")


@scenario("subscriptions", "closedlist")
def closedlist(side):
    side.mail(EVE, "subscribe")
    side.mail(ANN, "unsubscribe")


@scenario("subscriptions", "closedlistsub")
def closedlistsub(side):
    side.mail(EVE, "subscribe")
    side.mail(ANN, "unsubscribe")


@scenario("subscriptions", "nodigestsub")
def nodigestsub(side):
    side.mail(EVE, "subscribe-digest")
    side.mail(EVE, "subscribe-both")


@scenario("subscriptions", "nonomailsub")
def nonomailsub(side):
    side.mail(EVE, "subscribe-nomail")


@scenario("subscriptions", "nosubconfirm")
def nosubconfirm(side):
    side.mail(EVE, "subscribe")
    side.mail(ANN, "unsubscribe")


@scenario("subscriptions")
def subscribed_already(side):
    side.mail(ANN, "subscribe")


@scenario("subscriptions")
def switch_to_digest(side):
    side.mail(ANN, "subscribe-digest")


@scenario("subscriptions")
def unsubscribe(side):
    side.mail(ANN, "unsubscribe")
    side.answer("confunsub-", ANN)


@scenario("subscriptions", "notifysub")
def unsubscribe_notifysub(side):
    side.mail(DORA, "unsubscribe")
    side.answer("confunsub-", DORA)


@scenario("subscriptions")
def unsubscribe_stranger(side):
    side.mail(EVE, "unsubscribe")


@scenario("subscriptions")
def subscribe_with_words_behind(side):
    side.mail(EVE, "subscribe-me-please")


# ---- other requests -----------------------------------------------------------------------------


@scenario("requests")
def help_text(side):
    side.mail(EVE, "help")


@scenario("requests")
def faq(side):
    side.mail(EVE, "faq")


@scenario("requests")
def help_for_a_machine(side):
    side.mail(EVE, "help", header="Auto-Submitted: auto-replied\n")
    side.mail(EVE, "help", header="Precedence: bulk\n")
    side.mail(EVE, "help", sender="")


@scenario("requests")
def get(side):
    side.mail(ANN)
    side.mail(EVE, "get-1")


@scenario("requests")
def get_nothing(side):
    side.mail(EVE, "get-1")
    side.mail(EVE, "get-x")
    side.mail(EVE, "get-../index")


@scenario("requests", "noget")
def noget(side):
    side.mail(ANN)
    side.mail(ANN, "get-1")


@scenario("requests", "subonlyget")
def subonlyget(side):
    side.mail(ANN)
    side.mail(EVE, "get-1")
    side.mail(BOB, "get-1")


@scenario("requests")
def list_for_owner(side):
    side.mail(BOSS, "list")


@scenario("requests")
def list_for_others(side):
    side.mail(ANN, "list")


@scenario("requests", "nolistsubsemail")
def nolistsubsemail(side):
    side.mail(BOSS, "list")


# ---- bounces, digests, maintenance --------------------------------------------------------------


@scenario("bounces")
def bounce_of_a_post(side):
    side.mail(ANN)
    side.bounce_back(BOB)


@scenario("bounces")
def bounce_that_is_forged(side):
    side.bounce("bounces-1-bob=example.net")


@scenario("bounces")
def bounce_of_a_stranger(side):
    side.mail(ANN)
    side.mail(EVE, "get-1")
    side.bounce_back(EVE)


@scenario("bounces")
def bounce_for_policy(side):
    side.mail(ANN)
    side.bounce_back(BOB, "postfix-policy")


@scenario("bounces")
def bounce_of_a_confirmation(side):
    side.mail(EVE, "subscribe")
    side.bounce_back(EVE)


@scenario("bounces")
def bounce_of_a_help_text(side):
    side.mail(EVE, "help")
    side.bounce_back(EVE)


@scenario("bounces", bouncescore="1")
def probe_is_sent(side):
    side.mail(ANN)
    side.bounce_back(BOB)
    side.cron()


@scenario("bounces", bouncescore="1")
def probe_is_sent_once(side):
    side.mail(ANN)
    side.bounce_back(BOB)
    side.cron()
    side.cron()


@scenario("bounces", bouncescore="1")
def probe_arrives(side):
    side.mail(ANN)
    side.bounce_back(BOB)
    side.cron()
    side.write("bounce/bob=example.net-probe", "1")
    side.cron()


@scenario("bounces", "notifysub", bouncescore="1", bouncelife="1")
def probe_bounces(side):
    side.mail(ANN)
    side.bounce_back(BOB)
    side.cron()
    side.bounce_back(BOB)
    side.write("bounce/bob=example.net", side.read("bounce/bob=example.net").replace("1:1", "1:0", 1))
    side.cron()


@scenario("bounces")
def old_bounce_without_probe(side):
    side.write("bounce/bob=example.net", "1:1000000000 # Sun Sep  9 01:46:40 2001\n")
    side.cron()


@scenario("digests", digestmaxmails="2")
def digest_full(side):
    side.mail(ANN)
    side.mail(BOB, subject="second")
    side.cron()


@scenario("digests", digestinterval="1000000000000")
def digest_not_due(side):
    side.mail(ANN)
    side.cron()


@scenario("digests", digestmaxmails="1")
def digest_of_two(side):
    side.mail(ANN)
    side.mail(BOB, subject="second")
    side.cron()
    side.cron()


@scenario("digests", "nodigesttext", digestmaxmails="1")
def nodigesttext(side):
    side.mail(ANN)
    side.cron()


@scenario("digests", "noarchive", digestmaxmails="1")
def digest_without_archive(side):
    side.mail(ANN)
    side.cron()


@scenario("maintenance", moderators=MOD)
def old_things_go(side):
    for name in ("subconf/0123456789abcdef-eve=example.net", "unsubconf/0123456789abcdef-ann=example.net"):
        side.write(name, "x@example.net", 8 * DAY)
    side.write("moderation/subscribe0123456789abcdef", "eve@example.net\nSUB_NORMAL\n", 8 * DAY)
    side.write("queue/discarded/0123456789abcdef", "x\n", 8 * DAY)
    side.cron()


@scenario("maintenance")
def young_things_stay(side):
    for name in ("subconf/0123456789abcdef-eve=example.net", "unsubconf/0123456789abcdef-ann=example.net"):
        side.write(name, "x@example.net", 6 * DAY)
    side.write("moderation/0123456789abcdef", "From: eve@example.net\n\nx\n", 6 * DAY)
    side.write("queue/discarded/0123456789abcdef", "x\n", 6 * DAY)
    side.cron()


@scenario("maintenance", moderators=MOD)
def held_post_expires(side):
    side.write("moderation/0123456789abcdef", "From: eve@example.net\nSubject: x\n\nx\n", 8 * DAY)
    side.cron()


@scenario("maintenance", modreqlife="3600")
def modreqlife(side):
    side.write("moderation/subscribe0123456789abcdef", "eve@example.net\nSUB_NORMAL\n", 4000)
    side.cron()


@scenario("maintenance")
def queued_reply(side):
    side.write("queue/0123456789abcdef", "From: cats@example.org\nSubject: late\n\nx\n", 3600)
    side.write("queue/0123456789abcdef.mailfrom", "cats+bounces-help@example.org", 3600)
    side.write("queue/0123456789abcdef.reciptto", EVE, 3600)
    side.cron()


@scenario("maintenance")
def requeued_post(side):
    side.write("index", "1")
    side.write("archive/1", "From: eve@example.net\nSubject: late\n\nx\n", 3600)
    side.write("requeue/1/subscribers", f"{ANN}\n{BOB}\n", 3600)
    side.cron()


@scenario("maintenance")
def post_left_in_queue(side):
    side.write("queue/0123456789abcdef", "From: eve@example.net\nSubject: lost\n\nx\n", 40000)
    side.cron()


# ---- from one to the other: the list of mlmmj goes on with ours, and ours with mlmmj ------------


@scenario("handover", "notmetoo", prefix="[cats]")
def posts_go_on(side):
    side.mail(ANN)
    side.hand_over()
    side.mail(BOB, subject="second")
    side.mail(EVE, "get-1")


@scenario("handover")
def subscriptions_go_on(side):
    side.mail(EVE, "subscribe-digest")
    question = side.fresh
    side.mail(ANN, "unsubscribe")
    side.hand_over()
    side.answer("confunsub-", ANN)
    side.fresh = question
    side.answer("confsub-digest-", EVE)


@scenario("handover", "moderated", "notmetoo", moderators=MOD)
def held_post_is_released(side):
    side.mail(ANN)
    side.hand_over()
    side.answer("release-", MOD)


@scenario("handover", "moderated", moderators=MOD)
def held_post_is_rejected(side):
    side.mail(ANN)
    side.hand_over()
    side.answer("reject-", MOD)


@scenario("handover", "submod")
def held_subscription_is_permitted(side):
    side.mail(EVE, "subscribe")
    side.answer("confsub-", EVE)
    side.hand_over()
    side.answer("permit-", BOSS)


@scenario("handover", digestmaxmails="2")
def digests_go_on(side):
    for number in range(3):
        side.mail(ANN, subject=f"number {number}")
    side.cron()
    side.hand_over()
    side.mail(BOB, subject="number 3")
    side.cron()


@scenario("handover", bouncescore="1")
def probe_is_waited_for(side):
    side.mail(ANN)
    side.bounce_back(BOB)
    side.cron()
    side.hand_over()
    side.cron()
    side.write("bounce/bob=example.net-probe", "1")
    side.cron()


@scenario("handover")
def there_and_back(side):
    for subject in ("first", "second", "third", "fourth"):
        side.mail(ANN, subject=subject)
        side.mail(EVE, "subscribe")
        side.hand_over()
        side.answer("confsub-", EVE)
        side.mail(EVE, "unsubscribe")
        side.answer("confunsub-", EVE)


# ---- departures: scenario -> why, and the differences that may be there (shell patterns) --------

TO_OWNERS = "owners are written to directly, not through the owner address of the list"
TOLD = "who asks for what the list does not allow is told, if he is known to be the author"
REFUSED = "an extension that means nothing is refused while the mail comes in; mlmmj leaves it in queue/"
AGAIN = "a moderator who is too late is told"
DIGEST = (
    "a digest has a text and then the posts as multipart/digest, goes to the list, not to each, and has the "
    "fields of list mail; mlmmj has all in one multipart/digest, and Subject twice",
    (
        "*: in Subject: digest * | --TOKEN*",
        "*: in Subject: digest * | --BOUNDARY*",
        "*: in Subject: digest * | Content-*",
        "*: in Subject: digest * | To: *",
        "*: in Subject: digest * | ",
        "*: in Subject: digest * | List-*",
        "*: in Subject: digest * | Precedence: list",
        "*: in Subject: digest * | X-Loop: *",
    ),
)
UNPROVEN = "a bounce counts only with the mark of a post that was really sent"

DEPARTURES = {
    "prefix_before_base64": (
        "the prefix is looked for in the subject as people read it",
        ("*Subject: *W2NhdHNdIGvDpHR6Y2hlbg==[?]=",),
    ),
    "footer_in_html": (
        "a footer is text: beside a text of another kind it is a part of its own",
        ("ours: archive/1 | *", "ours: in Subject: tails | *"),
    ),
    "customheaders_reply_to": (
        "a custom field takes the place of the author's, so that there is one Reply-To",
        ("mlmmj: * | Reply-To: ann@example.com",),
    ),
    "notmetoo_other_case": (
        "the author is known in whatever case",
        ("mlmmj: <cats+bounces-1-ann=example.net@example.org> to ann@example.net: *",),
    ),
    "addtohdr": (
        "one copy is sent to all, so To cannot name each",
        ("mlmmj: in Subject: tails | To: *",),
    ),
    "no_last_line_end": (
        "mlmmj loses the last line, and sends what its memory happens to hold",
        ("mlmmj: in Subject: tails | *", "ours: in Subject: tails | last"),
    ),
    "own_mail_again": (
        "mail that has been through the list is refused: it would go round",
        ("mlmmj: <cats+bounces-1-*", "mlmmj: archive/1 | *", "mlmmj: index is 1", "ours: index is 0",
         "ours: <> to (refused: 5.4.6): *"),
    ),
    "unknown_extension": (REFUSED, ("ours: <> to (refused: 5.1.1): *",)),
    "subscribe_with_words_behind": (
        REFUSED, ("ours: <> to (refused: 5.1.1): *", "mlmmj: queue has 1", "ours: queue has 0")
    ),
    "get_nothing": (REFUSED, ("ours: <> to (refused: 5.1.1): *", "mlmmj: queue has 1", "ours: queue has 0")),
    "release_of_nothing": (
        AGAIN + "; " + REFUSED,
        ("ours: <> to (refused: 5.1.1): *", "ours: <cats+bounces-help@*> to mod@example.org: *",
         "mlmmj: queue has 1", "ours: queue has 0"),
    ),
    "moderated_release_twice": (AGAIN, ("ours: <cats+bounces-help@*> to mod@example.org: *",)),
    "subscribe_notifysub": (TO_OWNERS, ("*: [[]notify-sub-confirm-normal]",)),
    "unsubscribe_notifysub": (TO_OWNERS, ("*: [[]notify-unsub-confirm]",)),
    "closedlist": (TOLD, ("ours: * to eve@example.net: Subject: [[]deny-sub-closed-normal]",)),
    "closedlistsub": (TOLD, ("ours: * to eve@example.net: Subject: [[]deny-sub-closed-normal]",)),
    "help_for_a_machine": (
        "machines and the null sender get no answer",
        ("mlmmj: <cats+bounces-help@example.org> to eve@example.net: Subject: [[]help]",),
    ),
    "bounce_that_is_forged": (UNPROVEN, ("mlmmj: bounce/bob=example.net*",)),
    "bounce_for_policy": (
        "a refusal for policy says nothing about the address",
        ("mlmmj: bounce/bob=example.net*",),
    ),
    "probe_bounces": (TO_OWNERS, ("*: [[]notify-unsub-bouncing]",)),
    "old_bounce_without_probe": (
        "nobody is unsubscribed who has not bounced a probe",
        ("ours: * to bob@example.net: Subject: [[]probe]", "ours: bounce/bob=example.net*",
         "ours: subscribers.d/b has bob@example.net"),
    ),
    "digest_full": DIGEST,
    "digest_of_two": DIGEST,
    "nodigesttext": DIGEST,
    "digests_go_on": DIGEST,
    "queued_reply": ("what is sent leaves nothing behind", ("mlmmj: queue has 1", "ours: queue has 0")),
    "list_for_owner": (
        "a list text has no empty line that the text does not ask for",
        ("mlmmj: in Subject: [[]list---all] | ",),
    ),
    "held_post_expires": (
        "owners and moderators are told",
        ("ours: <cats+bounces-help@example.org> to *: Subject: Posts to cats@example.org were thrown away",),
    ),
    "post_left_in_queue": (
        "a post that was not sent is kept for somebody to look at",
        ("mlmmj: queue/discarded has 0", "ours: queue/discarded has 1"),
    ),
}


def lines_not_departed(name, lines):
    _, patterns = DEPARTURES.get(name, ("", ()))
    return [line for line in lines if not any(fnmatch.fnmatchcase(line, pattern) for pattern in patterns)]


def run(name, programs, scratch):
    """What is wrong, a line each."""
    _, controls, values, function = SCENARIOS[name]
    world = World(os.path.join(scratch, name), *programs)
    for side in world.sides:
        set_up(side, controls, values)
        try:
            function(side)
        except Exception:  # pylint: disable=broad-except
            return [f"{side.name}: {line}" for line in traceback.format_exc().splitlines()]
    lines = world.differences()
    wrong = lines_not_departed(name, lines)
    if name in DEPARTURES and not lines:
        wrong.append("a departure is documented and there is no difference")
    return wrong


def main():
    if sys.argv[1:] == ["--count"]:
        print(len(SCENARIOS))
        return 0
    scratch, groups = sys.argv[1], sys.argv[2:]
    become_subreaper()
    programs = Mlmmj(), Ours(os.path.join(scratch, "outbox"), TEXTS)
    failed = 0
    for name, (group, _, _, _) in SCENARIOS.items():
        if groups and group not in groups and name not in groups:
            continue
        wrong = run(name, programs, scratch)
        print("not ok" if wrong else "ok", name)
        for line in wrong:
            print("    " + line.encode("ascii", "backslashreplace").decode())
        failed += bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

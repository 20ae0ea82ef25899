#include "list/extension.hpp"

#include <doctest/doctest.h>

using namespace mn::list;

namespace
{

const std::string ours = "abcdefghijklmnopqrstuvwxyz234567";

Verb verb(const std::string& extension)
{
    return parse_extension(extension).verb;
}

} // namespace

TEST_CASE("list/extension: every verb, in any case")
{
    CHECK(verb("") == Verb::post);
    CHECK(verb("Subscribe") == Verb::subscribe);
    CHECK(parse_extension("subscribe-DIGEST").subscription == Subscription::digest);
    CHECK(parse_extension("subscribe-nomail").subscription == Subscription::nomail);
    CHECK(parse_extension("subscribe-both").subscription == Subscription::both);
    CHECK(verb("unsubscribe") == Verb::unsubscribe);
    CHECK(verb("HELP") == Verb::help);
    CHECK(verb("faq") == Verb::faq);
    CHECK(verb("list") == Verb::list);
    CHECK(verb("owner") == Verb::owner);
    CHECK(verb("moderators") == Verb::moderators);
    CHECK(verb("release-" + ours) == Verb::release);
    CHECK(verb("reject-" + ours) == Verb::reject);
    CHECK(verb("permit-" + ours) == Verb::permit);
    CHECK(verb("obstruct-" + ours) == Verb::obstruct);
    CHECK(parse_extension("get-17").verb == Verb::get);
    CHECK(parse_extension("get-17").number == 17);
}

TEST_CASE("list/extension: deprecated forms of mlmmj")
{
    CHECK(verb("unsubscribe-digest") == Verb::unsubscribe);
    CHECK(verb("unsubscribe-nomail") == Verb::unsubscribe);
    CHECK(verb("moderate-0123456789abcdef") == Verb::release);
    const Command permit = parse_extension("moderate-subscribe0123456789abcdef");
    CHECK(permit.verb == Verb::permit);
    CHECK(permit.argument == "0123456789abcdef");
}

TEST_CASE("list/extension: what follows a verb must be right")
{
    for (const char* extension :
         {"subscribe-", "subscribe-weekly", "helpme", "help-", "confsub-", "confsub", "release-",
          "get-", "get-1x", "get--1", "get-99999999999999999999", "list-all", "owner-x", "nonsense",
          "permit-.hidden", "confsub-../../control/owner", "release-a/b", "release-a b"})
        CHECK_MESSAGE(verb(extension) == Verb::unknown, extension);
    CHECK(verb(std::string("release-a\0b", 11)) == Verb::unknown);
    CHECK(verb("release-" + std::string(300, 'a')) == Verb::unknown);
}

TEST_CASE(
    "list/extension: tokens of ours come back in lower case, names of mlmmj's files as they are")
{
    const std::string shouted = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const Command command = parse_extension("CONFSUB-Digest-" + shouted);
    CHECK(command.verb == Verb::confirm_subscribe);
    CHECK(command.subscription == Subscription::digest);
    CHECK(command.argument == ours);
    CHECK(parse_extension("confsub-0123456789abcdef-Ann=example.net").argument ==
          "0123456789abcdef-Ann=example.net");
    CHECK(parse_extension("confunsub-" + ours).verb == Verb::confirm_unsubscribe);
    CHECK(parse_extension("confunsub-nomail-" + ours).subscription == Subscription::nomail);
}

TEST_CASE("list/extension: bounces, with tag and without")
{
    const Command bounce = parse_extension("bounces-7.tagtagtagtagtagt-Ann=B=Example.NET");
    CHECK(bounce.verb == Verb::bounce);
    CHECK(bounce.argument == "7.tagtagtagtagtagt");
    CHECK(bounce.number == 7);
    CHECK(bounce.address == "ann=b@example.net"); // split at the last "=", as Postfix joins it
    const Command old = parse_extension("bounces-7-ann=example.net");
    CHECK(old.verb == Verb::bounce);
    CHECK(old.argument == "7.");
    CHECK(old.address == "ann@example.net");
    CHECK(parse_extension("bounces-digest.x").argument == "digest.x");
    CHECK(parse_extension("bounces-digest.x").address.empty());
    CHECK(parse_extension("bounces-7.x-not an address").address.empty());
    CHECK(parse_extension("bounces-7.x-a-b.c=d-e.example").address == "a-b.c@d-e.example");
}

TEST_CASE("list/extension: other bounces")
{
    CHECK(parse_extension("bounces-confsub-" + ours).verb == Verb::bounce_confirmation);
    CHECK(parse_extension("bounces-confunsub-" + ours).argument == ours);
    const Command probe = parse_extension("bounces-probe-" + ours + "-ann=example.net");
    CHECK(probe.verb == Verb::bounce_probe);
    CHECK(probe.argument == ours);
    CHECK(probe.address == "ann@example.net");
    const Command old = parse_extension("bounces-probe-ann-x=example.net");
    CHECK(old.verb == Verb::bounce_probe);
    CHECK(old.argument.empty());
    CHECK(old.address == "ann-x@example.net");
    // Whatever it is, a bounce is never refused.
    for (const char* extension : {"bounces", "bounces-", "bounces-help", "bounces-x.y-a=b",
                                  "bounces-probe-", "Bounces-\x01", "bounces-7.a/b-x=y"})
        CHECK_MESSAGE(verb(extension) == Verb::bounce_other, extension);
    CHECK(verb("bounces-help-" + std::string(1000, 'x')) == Verb::bounce_other);
}

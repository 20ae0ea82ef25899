#include "list/tunables.hpp"

#include <algorithm>
#include <array>

namespace mn::list
{
namespace
{

using Type = TunableType;

constexpr Tunable of_mlmmj(std::string_view name, Type type, std::string_view default_value,
                           std::string_view summary)
{
    return {name, type, default_value, summary, false, false};
}

constexpr Tunable of_mlmmj(std::string_view name, std::string_view summary)
{
    return of_mlmmj(name, Type::boolean, "", summary);
}

constexpr Tunable without_use(std::string_view name, Type type, std::string_view summary)
{
    return {name, type, "", summary, true, false};
}

constexpr Tunable of_ours(std::string_view name, Type type, std::string_view default_value,
                          std::string_view summary)
{
    return {name, type, default_value, summary, false, true};
}

// In the order of mn-list(5).
constexpr std::array table{
    // Names and people
    of_mlmmj("listaddress", Type::lines, "", "the addresses of the list, the primary one first"),
    of_mlmmj("delimiter", Type::line, "+", "what stands between the list's name and a command"),
    of_mlmmj("owner", Type::lines, "", "who gets mail to +owner, and notices"),
    of_mlmmj("moderators", Type::lines, "", "who releases or rejects posts that are held"),
    // Subscribing
    of_mlmmj("closedlist", "nobody subscribes or unsubscribes by mail"),
    of_mlmmj("closedlistsub", "nobody subscribes by mail; unsubscribing works"),
    of_mlmmj("submod", Type::lines, "", "subscriptions wait for these people, or for the owners"),
    of_mlmmj("nosubmodmails", "do not tell who subscribes that it waits for a moderator"),
    of_mlmmj("nosubconfirm", "do not ask an address before it is subscribed: dangerous"),
    of_mlmmj("nodigestsub", "nobody subscribes to digests"),
    of_mlmmj("nonomailsub", "nobody subscribes without mail"),
    of_mlmmj("notifysub", "tell the owners who came and who left"),
    of_mlmmj("nolistsubsemail", "+list does not send the subscribers to the owners"),
    // Who may post
    of_mlmmj("subonlypost", "only subscribers may post"),
    of_mlmmj("modonlypost", "only moderators may post"),
    of_mlmmj("modnonsubposts", "posts of people who may not post are held, not denied"),
    of_ours("allowposters", Type::lines, "", "addresses that may post as if they were subscribed"),
    of_mlmmj("moderated", "every post is held for the moderators"),
    of_mlmmj("access", Type::text, "", "rules about the header of a post"),
    of_mlmmj("tocc", "the list need not be named in To or Cc"),
    of_mlmmj("maxmailsize", Type::number, "", "bytes that a post may have"),
    of_ours("trustunauthenticated", Type::boolean, "",
            "accept posts from our own domains that did not pass DMARC here"),
    // Moderation and refusals
    of_mlmmj("modreqlife", Type::number, "604800", "seconds that something held waits"),
    of_mlmmj("notifymod", "tell the author that a post is held"),
    of_mlmmj("ifmodsendonlymodmoderate", "a moderator's own post goes to that moderator only"),
    of_mlmmj("notoccdenymails", "do not answer posts denied because of tocc"),
    of_mlmmj("noaccessdenymails", "do not answer posts denied by access"),
    of_mlmmj("nosubonlydenymails", "do not answer posts denied by subonlypost"),
    of_mlmmj("nomodonlydenymails", "do not answer posts denied by modonlypost"),
    of_mlmmj("nomaxmailsizedenymails", "do not answer posts that are too big"),
    of_ours("answersaday", Type::number, "10", "automatic answers to one address in a day"),
    // What subscribers get
    of_mlmmj("prefix", Type::line, "", "put in front of every Subject"),
    of_mlmmj("footer", Type::text, "", "put at the end of every post"),
    of_mlmmj("customheaders", Type::text, "", "header fields added to every post"),
    of_mlmmj("delheaders", Type::lines, "", "header fields removed from every post"),
    of_mlmmj("notmetoo", "nobody gets a copy of their own post"),
    of_ours("from", Type::line, "auto", "when From becomes the list: keep, auto or always"),
    of_ours("oneclick", Type::line, "", "where a click unsubscribes: one copy for each subscriber"),
    of_ours("replyto", Type::line, "", "where answers go: list or author"),
    // Archive and digests
    of_mlmmj("noarchive", "posts are not kept"),
    of_ours("archiveurl", Type::line, "", "where the archive is on the web"),
    of_ours("archive_addresses", Type::line, "hide", "addresses on the web: hide, at or full"),
    of_ours("archive_private", Type::lines, "", "who may see the archive on the web: name:hash"),
    of_mlmmj("noget", "+get sends no old posts"),
    of_mlmmj("subonlyget", "+get is for subscribers"),
    of_mlmmj("digestinterval", Type::number, "604800", "seconds from one digest to the next"),
    of_mlmmj("digestmaxmails", Type::number, "50", "posts in one digest; so many make it due"),
    of_mlmmj("nodigesttext", "digests begin without a list of topics"),
    // Bounces
    of_mlmmj("bouncelife", Type::number, "432000", "seconds that an address may bounce"),
    of_ours("bouncescore", Type::number, "4", "days with hard bounces before a probe is sent"),
    // Read by mlmmj, of no use here: Postfix is at hand and does what they are for
    without_use("addtohdr", Type::boolean, "one mail goes to all, in one batch"),
    without_use("mungefrom", Type::boolean, "of later versions of mlmmj: use from"),
    without_use("relayhost", Type::line, "posts are always handed to Postfix on this machine"),
    without_use("smtpport", Type::number, "posts are handed over without SMTP"),
    without_use("smtphelo", Type::line, "posts are handed over without SMTP"),
    without_use("verp", Type::line, "Postfix always names the subscriber in the envelope sender"),
    without_use("maxverprecips", Type::number, "batches have the size that is best"),
    without_use("memorymailsize", Type::number, "memory does not depend on the size of a post"),
    without_use("staticbounceaddr", Type::line, "bounces always come to the list's own address"),
};

} // namespace

std::span<const Tunable> tunables()
{
    return table;
}

const Tunable* find_tunable(std::string_view name)
{
    const auto* const found = std::find_if(
        table.begin(), table.end(), [&](const Tunable& tunable) { return tunable.name == name; });
    return found == table.end() ? nullptr : found;
}

} // namespace mn::list

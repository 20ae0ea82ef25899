#include "list/held.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "list/spool.hpp"
#include "list/token.hpp"
#include "message/address.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mn::list
{
namespace
{

using namespace std::chrono_literals;

const std::string posts_directory = "moderation";
const std::string facts_directory = "mailnode/held";
constexpr std::string_view subscription_prefix = "subscribe";
constexpr std::string_view omit_suffix = ".omit";
constexpr std::size_t max_facts = 10000;

constexpr auto type_names = std::to_array<std::pair<Subscription, std::string_view>>({
    {Subscription::normal, "SUB_NORMAL"},
    {Subscription::digest, "SUB_DIGEST"},
    {Subscription::nomail, "SUB_NOMAIL"},
    {Subscription::both, "SUB_BOTH"},
});

/// Nothing else is ever looked for: not "subscribe…", not "….omit".
bool is_held_token(std::string_view text)
{
    const bool is_mlmmj =
        text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    return is_mlmmj || looks_like_token(text);
}

std::string subscription_file(std::string_view token)
{
    return cat(subscription_prefix, token);
}

bool is_expired(const List& list, std::int64_t since, std::int64_t now)
{
    return now > since && static_cast<std::uint64_t>(now - since) > list.number("modreqlife");
}

// ---- what mlmmj has no place for: one "name value" a line

std::string one_line(std::string_view value)
{
    std::string text(value);
    std::replace_if(text.begin(), text.end(), is_control, ' ');
    return text;
}

std::string facts_text(const HeldPost& post, std::string_view identity)
{
    return cat("reason ", one_line(post.reason), "\nsender ", one_line(post.sender), "\nidentity ",
               one_line(identity), "\nsigned ", std::to_string(post.signed_bytes), "\n");
}

std::string fact(std::string_view facts, std::string_view name)
{
    for (const std::string_view line : split(facts, '\n'))
        if (line.starts_with(name) && line.substr(name.size()).starts_with(' '))
            return std::string(line.substr(name.size() + 1));
    return "";
}

HeldPost post_without_message(const List& list, const Spool& spool, const std::string& token,
                              std::int64_t since)
{
    HeldPost post;
    post.token = token;
    post.since = since;
    if (const auto omit = spool.read(cat(token, omit_suffix), max_facts))
        post.omit = trim(omit->content);
    if (const auto facts = Spool(list, facts_directory).read(token, max_facts)) {
        post.reason = fact(facts->content, "reason");
        post.sender = fact(facts->content, "sender");
        post.identity = fact(facts->content, "identity");
        post.signed_bytes = parse_number(fact(facts->content, "signed")).value_or(0);
    }
    return post;
}

std::optional<HeldSubscription> parse_subscription(std::string_view content)
{
    const auto lines = split(content, '\n');
    const auto address = parse_address(trim(lines.front()));
    if (!address || lines.size() < 2) return std::nullopt;
    const auto* const type =
        std::find_if(type_names.begin(), type_names.end(),
                     [&](const auto& known) { return known.second == trim(lines[1]); });
    if (type == type_names.end()) return std::nullopt;
    return HeldSubscription{"", address->key(), type->first, 0};
}

std::string subscription_text(const std::string& address, Subscription subscription)
{
    for (const auto& [type, name] : type_names)
        if (type == subscription) return cat(lower(address), "\n", name, "\n");
    return "";
}

} // namespace

HeldLock::HeldLock(const List& list)
    : lock_((list.make_directory("mailnode"), list.path("mailnode/held.lock")), 60s)
{
}

std::string hold_post(const List& list, const HeldPost& post, std::string_view identity,
                      std::int64_t /*now*/)
{
    // It does not expire by itself, and the same mail must always give the same name. So where the
    // time would be stands something else of the mail: people need less of the token to name it.
    const auto digest = crypto::sha256(identity);
    const std::int64_t minutes =
        digest[0] << 22 | digest[1] << 14 | digest[2] << 6 | digest[3] >> 2;
    const std::string token = make_token(list, {"held", identity}, minutes * 60);
    const Spool spool(list, posts_directory);
    Spool(list, facts_directory).put(token, facts_text(post, identity));
    if (!post.omit.empty()) spool.put(cat(token, omit_suffix), post.omit);
    spool.put(token, post.message); // last: from here on it is held
    return token;
}

std::string hold_subscription(const List& list, const std::string& address,
                              Subscription subscription, std::int64_t now)
{
    for (const HeldSubscription& held : held_subscriptions(list, now))
        if (held.address == lower(address) && held.subscription == subscription) return held.token;
    const auto life = static_cast<std::int64_t>(
        std::min<std::uint64_t>(list.number("modreqlife"), std::uint64_t{1} << 32));
    const std::string token =
        make_token(list, {cat("permit ", name_of(subscription)), lower(address)}, now + life);
    Spool(list, posts_directory)
        .put(subscription_file(token), subscription_text(address, subscription));
    return token;
}

std::optional<HeldPost> find_held_post(const List& list, std::string_view token, std::int64_t now)
{
    if (!is_held_token(token)) return std::nullopt;
    const std::string name(token);
    const Spool spool(list, posts_directory);
    auto file = spool.read(name);
    if (!file || is_expired(list, file->time, now)) return std::nullopt;
    HeldPost post = post_without_message(list, spool, name, file->time);
    post.message = std::move(file->content);
    return post;
}

std::optional<HeldSubscription> find_held_subscription(const List& list, std::string_view token,
                                                       std::int64_t now)
{
    if (!is_held_token(token)) return std::nullopt;
    const auto file = Spool(list, posts_directory).read(subscription_file(token), max_facts);
    if (!file || is_expired(list, file->time, now)) return std::nullopt;
    auto held = parse_subscription(file->content);
    if (!held) return std::nullopt;
    held->token = token;
    held->since = file->time;
    return held;
}

bool discard_held(const List& list, std::string_view token)
{
    if (!is_held_token(token)) return false;
    const std::string name(token);
    const Spool spool(list, posts_directory);
    if (spool.remove(subscription_file(name))) return true;
    const bool was_there = spool.remove(name); // first: what is left without it means nothing
    spool.remove(cat(name, omit_suffix));
    Spool(list, facts_directory).remove(name);
    return was_there;
}

std::vector<HeldPost> held_posts(const List& list, std::int64_t now)
{
    std::vector<HeldPost> posts;
    const Spool spool(list, posts_directory);
    for (const std::string& name : spool.names()) {
        const auto since = is_held_token(name) ? spool.time_of(name) : std::nullopt;
        if (since && !is_expired(list, *since, now))
            posts.push_back(post_without_message(list, spool, name, *since));
    }
    std::stable_sort(posts.begin(), posts.end(),
                     [](const HeldPost& a, const HeldPost& b) { return a.since < b.since; });
    return posts;
}

std::vector<HeldSubscription> held_subscriptions(const List& list, std::int64_t now)
{
    std::vector<HeldSubscription> found;
    for (const std::string& name : Spool(list, posts_directory).names()) {
        if (!name.starts_with(subscription_prefix)) continue;
        const auto held =
            find_held_subscription(list, name.substr(subscription_prefix.size()), now);
        if (held) found.push_back(*held);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.since < b.since; });
    return found;
}

} // namespace mn::list

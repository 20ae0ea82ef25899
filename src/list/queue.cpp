#include "list/queue.hpp"

#include "base/text.hpp"
#include "message/address.hpp"
#include "message/author.hpp"
#include "message/encoded_word.hpp"
#include "message/header.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

constexpr std::size_t min_token = 6;

/// The one address of a field, lower case; "" when there is none or more than one.
std::string single_address(std::string_view header, std::string_view name)
{
    const auto field = find_field(header, name);
    if (!field) return "";
    const auto mailboxes = parse_mailboxes(field->value).mailboxes;
    if (mailboxes.size() != 1) return "";
    const auto address = parse_address(cat(mailboxes[0].local, "@", mailboxes[0].domain));
    return address ? address->key() : "";
}

Queued queued(const List& list, const HeldPost& post)
{
    Queued item;
    item.token = post.token;
    item.since = post.since;
    item.reason = post.reason;
    item.sender = post.sender;
    item.author = author_of_held(list, post);
    item.size = post.message.size();
    item.subject = subject_of(post.message);
    return item;
}

Queued queued(const HeldSubscription& held)
{
    Queued item;
    item.is_post = false;
    item.token = held.token;
    item.since = held.since;
    item.reason = name_of(held.subscription);
    item.author = held.address;
    return item;
}

std::size_t common_length(std::string_view a, std::string_view b)
{
    const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    return static_cast<std::size_t>(end.first - a.begin());
}

} // namespace

std::string author_of_held(const List& list, const HeldPost& post)
{
    const std::string_view header = split_message(post.message).header;
    std::string author = single_address(header, "From");
    if (!author.empty() && list.is_own_address(author)) author = single_address(header, "Reply-To");
    if (author.empty() || list.is_own_address(author)) author = lower(post.sender);
    return author;
}

std::string subject_of(std::string_view message)
{
    const auto subject = find_field(split_message(message).header, "Subject");
    return subject ? encoded_words::decode(subject->value) : "";
}

std::vector<Queued> queue_of(const List& list, std::int64_t now)
{
    std::vector<Queued> queue;
    for (const HeldPost& held : held_posts(list, now))
        if (const auto post = find_held_post(list, held.token, now))
            queue.push_back(queued(list, *post));
    for (const HeldSubscription& held : held_subscriptions(list, now))
        queue.push_back(queued(held));
    std::stable_sort(queue.begin(), queue.end(),
                     [](const Queued& a, const Queued& b) { return a.since < b.since; });
    return queue;
}

std::vector<const Queued*> find_in_queue(const std::vector<Queued>& queue, std::string_view token)
{
    std::vector<const Queued*> found;
    const std::string wanted = lower(token);
    for (const Queued& item : queue)
        if (!wanted.empty() && item.token.starts_with(wanted)) found.push_back(&item);
    return found;
}

std::vector<std::string> short_tokens(const std::vector<Queued>& queue)
{
    std::vector<std::string_view> sorted;
    for (const Queued& item : queue)
        sorted.push_back(item.token);
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::string> tokens;
    for (const Queued& item : queue) {
        const auto at = std::lower_bound(sorted.begin(), sorted.end(), item.token);
        std::size_t length = min_token;
        if (at != sorted.begin()) length = std::max(length, common_length(*std::prev(at), *at) + 1);
        if (std::next(at) != sorted.end())
            length = std::max(length, common_length(*at, *std::next(at)) + 1);
        tokens.push_back(item.token.substr(0, length));
    }
    return tokens;
}

} // namespace mn::list

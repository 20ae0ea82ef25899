#include "list/pending.hpp"

#include "base/text.hpp"
#include "list/spool.hpp"
#include "list/token.hpp"
#include "message/address.hpp"

namespace mn::list
{
namespace
{

constexpr std::size_t max_content = 1000; // an address, and perhaps a line end

std::string directory_of(Asked asked)
{
    return asked == Asked::subscribe ? "subconf" : "unsubconf";
}

std::string action_of(Asked asked, Subscription subscription)
{
    return cat(asked == Asked::subscribe ? "confsub " : "confunsub ", name_of(subscription));
}

} // namespace

std::string add_pending(const List& list, const Pending& pending, std::int64_t now)
{
    const std::string action = action_of(pending.asked, pending.subscription);
    const std::string token =
        make_token(list, {action, lower(pending.address)}, now + pending_life);
    // The same minute, the same question: one file.
    Spool(list, directory_of(pending.asked)).put(token, lower(pending.address));
    return token;
}

std::optional<Pending> find_pending(const List& list, Asked asked, Subscription subscription,
                                    std::string_view token, std::int64_t now)
{
    if (!is_plain_name(token)) return std::nullopt;
    const auto file = Spool(list, directory_of(asked)).read(std::string(token), max_content);
    if (!file || now - file->time > pending_life) return std::nullopt;
    const auto address = parse_address(trim(file->content));
    if (!address) return std::nullopt;
    const std::string key = address->key();
    const bool is_ours = looks_like_token(token);
    if (is_ours && !check_token(list, token, {action_of(asked, subscription), key}, now))
        return std::nullopt;
    return Pending{asked, key, subscription};
}

bool remove_pending(const List& list, Asked asked, std::string_view token)
{
    return is_plain_name(token) && Spool(list, directory_of(asked)).remove(std::string(token));
}

} // namespace mn::list

#include "list/extension.hpp"

#include "base/text.hpp"
#include "list/spool.hpp"
#include "list/token.hpp"
#include "message/address.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace mn::list
{
namespace
{

/// What may stand after a verb.
enum class Rest : std::uint8_t { nothing, token };

struct Form {
    std::string_view text;
    Rest rest;
    Verb verb;
    Subscription subscription = Subscription::normal;
};

/// Longer ones before those they begin with.
constexpr auto forms = std::to_array<Form>({
    {"subscribe-digest", Rest::nothing, Verb::subscribe, Subscription::digest},
    {"subscribe-nomail", Rest::nothing, Verb::subscribe, Subscription::nomail},
    {"subscribe-both", Rest::nothing, Verb::subscribe, Subscription::both},
    {"subscribe", Rest::nothing, Verb::subscribe},
    {"confsub-digest-", Rest::token, Verb::confirm_subscribe, Subscription::digest},
    {"confsub-nomail-", Rest::token, Verb::confirm_subscribe, Subscription::nomail},
    {"confsub-both-", Rest::token, Verb::confirm_subscribe, Subscription::both},
    {"confsub-", Rest::token, Verb::confirm_subscribe},
    {"unsubscribe-digest", Rest::nothing, Verb::unsubscribe},
    {"unsubscribe-nomail", Rest::nothing, Verb::unsubscribe},
    {"unsubscribe", Rest::nothing, Verb::unsubscribe},
    {"confunsub-digest-", Rest::token, Verb::confirm_unsubscribe, Subscription::digest},
    {"confunsub-nomail-", Rest::token, Verb::confirm_unsubscribe, Subscription::nomail},
    {"confunsub-", Rest::token, Verb::confirm_unsubscribe},
    {"bounces-confsub-", Rest::token, Verb::bounce_confirmation},
    {"bounces-confunsub-", Rest::token, Verb::bounce_confirmation},
    {"release-", Rest::token, Verb::release},
    {"moderate-subscribe", Rest::token, Verb::permit},
    {"moderate-", Rest::token, Verb::release},
    {"reject-", Rest::token, Verb::reject},
    {"permit-", Rest::token, Verb::permit},
    {"obstruct-", Rest::token, Verb::obstruct},
    {"help", Rest::nothing, Verb::help},
    {"faq", Rest::nothing, Verb::faq},
    {"list", Rest::nothing, Verb::list},
    {"owner", Rest::nothing, Verb::owner},
    {"moderators", Rest::nothing, Verb::moderators},
});

bool take_prefix(std::string_view& text, std::string_view prefix)
{
    if (!equal_ignoring_case(text.substr(0, prefix.size()), prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// A token of ours in lower case; anything else as it stands, for it may name a file of mlmmj.
std::string token_of(std::string_view text)
{
    std::string small = lower(text);
    return looks_like_token(small) ? small : std::string(text);
}

/// ann=example.net, as VERP has it. The domain cannot have a "=", the local part can.
std::string address_of(std::string_view text)
{
    const std::size_t sign = text.rfind('=');
    if (sign == std::string_view::npos) return "";
    const auto address = parse_address(cat(text.substr(0, sign), "@", text.substr(sign + 1)));
    return address ? address->key() : "";
}

/// "7.TAG-ann=example.net", "7-ann=example.net", "digest.TAG".
std::optional<Command> parse_bounce(std::string_view rest)
{
    const std::size_t end = std::min(rest.find('-'), rest.size());
    const std::string mark = lower(rest.substr(0, end));
    const std::size_t dot = std::min(mark.find('.'), mark.size());
    const std::string name = mark.substr(0, dot);
    const std::string tag = dot < mark.size() ? mark.substr(dot + 1) : "";
    const auto number = parse_number(name);
    if ((name != "digest" && !number) || (!tag.empty() && !is_plain_name(tag))) return std::nullopt;
    Command command;
    command.verb = Verb::bounce;
    command.number = number.value_or(0);
    command.argument = cat(name, ".", tag);
    if (end < rest.size()) command.address = address_of(rest.substr(end + 1));
    return command;
}

/// "TOKEN-ann=example.net", or of mlmmj "ann=example.net".
std::optional<Command> parse_probe(std::string_view rest)
{
    Command command;
    command.verb = Verb::bounce_probe;
    const std::size_t end = std::min(rest.find('-'), rest.size());
    const std::string token = token_of(rest.substr(0, end));
    if (looks_like_token(token)) {
        command.argument = token;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    command.address = address_of(rest);
    if (command.address.empty()) return std::nullopt;
    return command;
}

Command parse_bounces(std::string_view rest)
{
    Command other;
    other.verb = Verb::bounce_other;
    if (take_prefix(rest, "probe-")) return parse_probe(rest).value_or(other);
    return parse_bounce(rest).value_or(other);
}

std::optional<Command> parse_get(std::string_view rest)
{
    const auto number = parse_number(rest);
    if (!number) return std::nullopt;
    Command command;
    command.verb = Verb::get;
    command.number = *number;
    return command;
}

std::optional<Command> parse_form(std::string_view extension)
{
    for (const Form& form : forms) {
        std::string_view rest = extension;
        if (!take_prefix(rest, form.text)) continue;
        if (form.rest == Rest::nothing ? !rest.empty() : !is_plain_name(rest)) continue;
        Command command;
        command.verb = form.verb;
        command.subscription = form.subscription;
        if (form.rest == Rest::token) command.argument = token_of(rest);
        return command;
    }
    return std::nullopt;
}

} // namespace

Command parse_extension(std::string_view extension)
{
    Command post;
    post.verb = Verb::post;
    if (extension.empty()) return post;
    if (auto command = parse_form(extension)) return *command;
    std::string_view rest = extension;
    if (take_prefix(rest, "get-")) return parse_get(rest).value_or(Command());
    // Never refused, whatever follows: that would be a bounce of a bounce.
    if (take_prefix(rest, "bounces-") || equal_ignoring_case(rest, "bounces"))
        return parse_bounces(rest);
    return {};
}

} // namespace mn::list

#include "forward/forward.hpp"

#include "auth/arc_relay.hpp"
#include "auth/authres.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ip_address.hpp"
#include "base/text.hpp"
#include "forward/checks.hpp"
#include "message/address.hpp"
#include "message/header.hpp"
#include "mta/smtp.hpp"

namespace mn::forward
{
namespace
{

void check_upstream(const Settings& settings)
{
    if (settings.upstream != nullptr) settings.upstream->require_alive();
}

/// What we know of the message: what was found when it came in, and of the chain.
authres::Results known_results(std::string_view header, const Settings& settings,
                               const arc::Result& chain)
{
    const std::string& id =
        settings.authserv_id.empty() ? settings.host_name : settings.authserv_id;
    authres::Results results{id, {}};
    if (!settings.authserv_id.empty())
        if (auto found = authres::find(header, id)) results = std::move(*found);
    return arc::with_chain(std::move(results), chain);
}

/// Reads the body, too. Empty when there is no key, or the chain must not go on.
std::string make_seal(mta::PassThrough& message, std::string_view header, const Settings& settings,
                      dns::Resolver& resolver)
{
    const std::int64_t time = now().seconds;
    const auto read = [&](const auto& use) { message.read_body(use); };
    const auto read_again = [&](const auto& use) { message.read_body_again(use); };
    const arc::Result chain = arc::verify(header, read, time, resolver);
    return arc::seal(header, read_again, chain, settings.key, time,
                     known_results(header, settings, chain));
}

std::string send(mta::PassThrough& message, std::string_view header, const Envelope& envelope,
                 const Settings& settings)
{
    mta::SmtpSession session(settings.server, settings.port, settings.host_name);
    session.begin(envelope.sender, {envelope.recipient});
    session.write(header);
    session.write(message.separator());
    message.read_body_again([&](std::string_view chunk) { session.write(chunk); });
    // Sending took its time: look once more, at the last moment.
    check_upstream(settings);
    return session.finish();
}

bool is_refused_or_filed(std::string_view header, const Settings& settings)
{
    return settings.on_dmarc_failure != OnDmarcFailure::forward && !settings.authserv_id.empty() &&
           has_failed_dmarc(header, settings.authserv_id);
}

} // namespace

void Settings::set_server(std::string_view text)
{
    const std::size_t colon = text.rfind(':');
    std::string_view address = text.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    const auto number =
        colon == std::string_view::npos ? std::nullopt : parse_number(text.substr(colon + 1));
    if (!IpAddress::parse(address) || !number || *number == 0 || *number > 65535)
        throw UsageError(cat("not ADDRESS:PORT: ", printable(text)));
    server = address;
    port = static_cast<std::uint16_t>(*number);
}

void Settings::set_dmarc_action(const std::string& text)
{
    if (text == "refuse") {
        on_dmarc_failure = OnDmarcFailure::refuse;
    } else if (text == "forward") {
        on_dmarc_failure = OnDmarcFailure::forward;
    } else if (parse_address(text)) {
        on_dmarc_failure = OnDmarcFailure::file;
        file_address = text;
    } else {
        throw UsageError(cat("neither refuse, forward nor an address: ", printable(text)));
    }
}

std::string forward_message(mta::PassThrough& message, const Envelope& envelope,
                            const Settings& settings, dns::Resolver& resolver)
{
    std::string header(message.header());
    refuse_loop(header, envelope.recipient);
    Envelope next =
        next_envelope(envelope, srs::Rewriter(settings.secrets, settings.domain), now().seconds);
    const bool is_filed = is_refused_or_filed(header, settings);
    if (is_filed && settings.on_dmarc_failure == OnDmarcFailure::refuse)
        throw Error("5.7.1", "not forwarded: the author's domain does not vouch for it (DMARC)");
    if (is_filed) next = {envelope.sender, settings.file_address};
    if (!has_delivery_mark(header, envelope.recipient))
        header.insert(0, make_field("Delivered-To", envelope.recipient, line_end_of(header)));
    if (is_filed || settings.key.key == nullptr)
        message.read_body([](std::string_view) {});
    else
        header.insert(0, make_seal(message, header, settings, resolver));
    check_upstream(settings);
    return send(message, header, next, settings);
}

} // namespace mn::forward

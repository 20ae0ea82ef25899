#include "publish/smtp_probe.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "publish/smtp_session.hpp"

#include <array>
#include <optional>

namespace mn::publish
{
namespace
{

using mta::SmtpAnswer;

/// Nobody's: reserved, and without a mail server.
constexpr std::string_view stranger = "probe@example.com";
constexpr std::string_view elsewhere = "probe@example.net";

/// Twice what the most patient server takes.
constexpr int too_many_hops = 200;

/// What must not end a message: only CR LF . CR LF does. [RFC5321 4.1.1.4]
struct FalseEnd {
    std::string_view bytes;
    std::string_view name;
};
constexpr std::array<FalseEnd, 5> false_ends{{{"\n.\n", "LF . LF"},
                                              {"\n.\r\n", "LF . CR LF"},
                                              {"\r\n.\n", "CR LF . LF"},
                                              {"\r.\r", "CR . CR"},
                                              {"\r\n.\r", "CR LF . CR"}}};

std::string short_text(const SmtpAnswer& answer)
{
    return cat(std::to_string(answer.code), " ",
               answer.lines.empty() ? "" : printable(answer.lines.back()));
}

class SmtpProbe
{
public:
    SmtpProbe(const ProbeSettings& settings, const IpAddress& address,
              std::vector<Finding>& findings)
        : settings_(settings), address_(address), findings_(findings),
          subject_(service_name(address, settings.node.smtp_port))
    {
    }

    void run();

private:
    std::optional<Session> begin(std::string_view what);
    template <typename Step>
    void guarded(std::string_view what, Step step);

    void look_at_name_and_tls();
    void look_at_recipients();
    void look_at_relaying(Session& session, bool takes_ours);
    void look_at_smuggling();
    void judge_early_answer(const FalseEnd& end, Session& session);

    void add(Grade grade, std::string_view check, std::string_view what, std::string text,
             std::string remedy)
    {
        findings_.push_back({grade,
                             std::string(check),
                             cat(subject_, what),
                             std::move(text),
                             {},
                             {},
                             std::move(remedy)});
    }
    std::string postmaster() const { return cat("postmaster@", settings_.domains.front()); }

    const ProbeSettings& settings_;
    const IpAddress& address_;
    std::vector<Finding>& findings_;
    std::string subject_;
    bool is_reachable_ = true;
};

/// What the network does in the middle of it is no verdict.
template <typename Step>
void SmtpProbe::guarded(std::string_view what, Step step)
{
    try {
        step();
    } catch (const UsageError&) {
        throw;
    } catch (const Error& error) {
        if (error.status().starts_with("4.4."))
            add(Grade::unknown, "smtp", what,
                cat("could not find out: ", error.detail().empty() ? error.what() : error.detail()),
                "look into the log of the mail server");
        else
            throw;
    }
}

/// A new session, or what is wrong with it.
std::optional<Session> SmtpProbe::begin(std::string_view what)
{
    Connection connection = connect_to(address_, settings_.node.smtp_port, settings_.time_limit);
    if (!connection.socket) {
        findings_.push_back(no_connection(cat(subject_, what), connection));
        is_reachable_ = false;
        return std::nullopt;
    }
    std::optional<Session> session;
    session.emplace(std::move(connection.socket), settings_.node.host);
    if (session->is_ready()) return session;
    add(Grade::failure, "smtp-refuses", what,
        cat("it does not talk to us: ", short_text(session->refusal())),
        "look into the log of the mail server");
    is_reachable_ = false;
    return std::nullopt;
}

void SmtpProbe::look_at_name_and_tls()
{
    auto session = begin("");
    if (!session) return;
    if (session->name() == settings_.node.host)
        add(Grade::ok, "smtp", " name", session->name(), {});
    else
        add(Grade::warning, "smtp-name", " name",
            cat("it calls itself ", printable(session->name()), ", not ", settings_.node.host),
            "set the host name of the node, or tell it by --host");
    // [RFC3207 4]
    if (!session->offers("STARTTLS") || session->command("STARTTLS").code != 220) {
        add(Grade::failure, "starttls-missing", "",
            "it does not offer STARTTLS, so all mail comes in the clear",
            "give the mail server a certificate and its key");
        return session->quit();
    }
    judge_certificate(settings_, session->socket(), subject_, false, findings_);
}

void SmtpProbe::look_at_recipients()
{
    auto session = begin(" recipients");
    if (!session) return;
    const SmtpAnswer from = session->command("MAIL FROM:<>");
    const SmtpAnswer to =
        from.is_positive() ? session->command(cat("RCPT TO:<", postmaster(), ">")) : from;
    if (to.is_positive())
        add(Grade::ok, "postmaster", " postmaster", cat(postmaster(), " is accepted"), {});
    else if (to.code >= 500) // [RFC5321 4.5.1]
        add(Grade::failure, "postmaster-refused", " postmaster",
            cat(postmaster(), " is refused: ", short_text(to)), "make an account or alias for it");
    else
        add(Grade::unknown, "postmaster", " postmaster",
            cat("could not find out: ", short_text(to)), "try again in some minutes");
    look_at_relaying(*session, to.is_positive());
    session->quit();
}

void SmtpProbe::look_at_relaying(Session& session, bool takes_ours)
{
    bool is_certain = takes_ours;
    for (const std::string& sender : {std::string(), postmaster(), std::string(stranger)}) {
        session.command("RSET");
        if (!session.command(cat("MAIL FROM:<", sender, ">")).is_positive()) continue;
        const SmtpAnswer to = session.command(cat("RCPT TO:<", elsewhere, ">"));
        if (to.is_positive()) {
            session.command("RSET");
            return add(Grade::failure, "relay-open", " relaying",
                       cat("open relay: it takes mail from <", sender, "> for ", elsewhere,
                           " without a login"),
                       "accept mail for your own domains only (mynetworks, "
                       "smtpd_relay_restrictions)");
        }
        is_certain = is_certain || to.code >= 500;
    }
    if (is_certain)
        add(Grade::ok, "relay", " relaying", "refused without a login", {});
    else
        add(Grade::unknown, "relay", " relaying", "could not find out: it takes no mail at all now",
            "try again in some minutes");
}

/// An answer, or the end, before the message has ended.
void SmtpProbe::judge_early_answer(const FalseEnd& end, Session& session)
{
    if (session.is_closed())
        return add(Grade::ok, "smuggling", " smuggling", cat(end.name, " closes the connection"),
                   {});
    const SmtpAnswer answer = session.answer();
    const std::string text = lower(short_text(answer));
    const bool is_complaint = answer.code == 421 || text.find("bare") != text.npos ||
                              answer.status == "5.5.2" || text.find("line") != text.npos;
    if (is_complaint && !answer.is_positive())
        return add(Grade::ok, "smuggling", " smuggling", cat("refused: ", short_text(answer)), {});
    add(Grade::failure, "smuggling-open", " smuggling",
        cat("it takes ", end.name,
            " for the end of a message, so others can smuggle mail in: ", short_text(answer)),
        "set smtpd_forbid_bare_newline = normalize, or update the mail server");
}

void SmtpProbe::look_at_smuggling()
{
    auto session = begin(" smuggling");
    if (!session) return;
    for (const std::string& line :
         {std::string("MAIL FROM:<>"), cat("RCPT TO:<", postmaster(), ">"), std::string("DATA")}) {
        const SmtpAnswer answer = session->command(line);
        if (answer.is_positive() || answer.code == 354) continue;
        return add(Grade::unknown, "smuggling", " smuggling",
                   cat("could not find out: ", short_text(answer)), "see to that first");
    }
    std::string header;
    for (int i = 0; i < too_many_hops; ++i)
        header += "Received: by probe.invalid; Thu, 1 Jan 1970 00:00:00 +0000\r\n";
    session->send(cat(header, "Subject: this message is never ended\r\n\r\n"));
    for (const FalseEnd& end : false_ends) {
        session->send(cat("a probe", end.bytes));
        if (wait_readable(session->socket(), settings_.silence))
            return judge_early_answer(end, *session);
    }
    // Without a proper end, and without QUIT, the server throws it away.
    add(Grade::ok, "smuggling", " smuggling", "only CR LF . CR LF ends a message", {});
}

void SmtpProbe::run()
{
    guarded("", [&] { look_at_name_and_tls(); });
    if (is_reachable_) guarded(" recipients", [&] { look_at_recipients(); });
    if (is_reachable_) guarded(" smuggling", [&] { look_at_smuggling(); });
}

} // namespace

std::string service_name(const IpAddress& address, std::uint16_t port)
{
    return cat(address.text(), " port ", std::to_string(port));
}

Finding no_connection(const std::string& subject, const Connection& connection)
{
    if (connection.is_our_problem)
        return {Grade::unknown,
                "connect",
                subject,
                cat("could not find out: no way there from here: ", connection.problem),
                {},
                {},
                "try from another machine"};
    return {Grade::failure,
            "connect-failed",
            subject,
            cat("no connection: ", connection.problem),
            {},
            {},
            "start the service, open its port; behind NAT name another address "
            "by --connect"};
}

void probe_smtp(const ProbeSettings& settings, const IpAddress& address,
                std::vector<Finding>& findings)
{
    SmtpProbe(settings, address, findings).run();
}

} // namespace mn::publish

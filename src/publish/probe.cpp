#include "publish/probe.hpp"

#include "base/date.hpp"
#include "base/text.hpp"
#include "crypto/tls_client.hpp"
#include "publish/connection.hpp"
#include "publish/smtp_probe.hpp"

namespace mn::publish
{
namespace
{

constexpr std::int64_t day = 86400;
constexpr std::int64_t soon = 14 * day; ///< a certificate should have been renewed by then

std::string date_of(std::int64_t seconds)
{
    return utc(seconds, "%Y-%m-%d");
}

std::string joined(const std::vector<std::string>& names)
{
    std::string all;
    for (const std::string& name : names)
        all.append(all.empty() ? "" : ", ").append(name);
    return all.empty() ? "no name" : all;
}

class CertificateJudge
{
public:
    CertificateJudge(const ProbeSettings& settings, const std::string& subject, bool is_strict,
                     std::vector<Finding>& findings)
        : settings_(settings), subject_(subject), is_strict_(is_strict), findings_(findings)
    {
    }

    void judge(const crypto::TlsServer& server);

private:
    void judge_dates(const crypto::TlsServer& server);

    void add(Grade grade, std::string_view fault, std::string text, std::string remedy)
    {
        findings_.push_back(
            {grade, std::string(fault), subject_, std::move(text), {}, {}, std::move(remedy)});
        is_ok_ = false;
    }

    const ProbeSettings& settings_;
    const std::string& subject_;
    bool is_strict_;
    std::vector<Finding>& findings_;
    bool is_ok_ = true;
};

void CertificateJudge::judge_dates(const crypto::TlsServer& server)
{
    const std::string renew = "renew the certificate, and have the services read it";
    if (server.not_after <= settings_.now)
        add(Grade::failure, "cert-expired",
            cat("the certificate was good until ", date_of(server.not_after)), renew);
    else if (server.not_after <= settings_.now + soon)
        add(Grade::warning, "cert-expiring",
            cat("the certificate is good only until ", date_of(server.not_after)), renew);
    if (server.not_before > settings_.now)
        add(Grade::failure, "cert-early",
            cat("the certificate is good from ", date_of(server.not_before), " on"),
            "look at the clock of this machine, or at the certificate");
}

void CertificateJudge::judge(const crypto::TlsServer& server)
{
    if (!server.problem.empty())
        return add(Grade::failure, "tls-failed", server.problem,
                   "look into the log of the service; does it have a certificate "
                   "and its key?");
    const Grade grade = is_strict_ ? Grade::failure : Grade::warning;
    judge_dates(server);
    if (!server.is_name_good)
        add(grade, "cert-name",
            cat("the certificate is for ", joined(server.names), ", not for ", settings_.node.host),
            cat("get a certificate for ", settings_.node.host));
    if (!server.is_trusted)
        add(grade, "cert-trust", cat("the certificate is not trusted: ", server.distrust),
            "get a certificate from an authority that clients know, and serve its "
            "whole chain");
    if (is_ok_)
        findings_.push_back({Grade::ok,
                             "certificate",
                             subject_,
                             cat(server.protocol, ", certificate for ", settings_.node.host,
                                 " until ", date_of(server.not_after)),
                             {},
                             {},
                             {}});
}

void probe_tls_port(const ProbeSettings& settings, const IpAddress& address, std::uint16_t port,
                    std::vector<Finding>& findings)
{
    const std::string subject = service_name(address, port);
    const Connection connection = connect_to(address, port, settings.time_limit);
    if (!connection.socket)
        findings.push_back(no_connection(subject, connection));
    else
        judge_certificate(settings, connection.socket.get(), subject, true, findings);
}

} // namespace

void judge_certificate(const ProbeSettings& settings, int socket, const std::string& subject,
                       bool is_strict, std::vector<Finding>& findings)
{
    const crypto::TlsServer server =
        crypto::greet_tls(socket, settings.node.host, settings.ca_file);
    CertificateJudge(settings, subject, is_strict, findings).judge(server);
}

std::vector<Finding> probe(const ProbeSettings& settings)
{
    std::vector<Finding> findings;
    for (const IpAddress& address : settings.addresses) {
        probe_smtp(settings, address, findings);
        probe_tls_port(settings, address, settings.node.smtps_port, findings);
        probe_tls_port(settings, address, settings.node.imaps_port, findings);
    }
    return findings;
}

} // namespace mn::publish

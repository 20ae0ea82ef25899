#include "crypto/tls_client.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "crypto/openssl.hpp"

#include <ctime>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace mn::crypto
{
namespace
{

using Context = Owned<SSL_CTX, SSL_CTX_free>;
using Session = Owned<SSL, SSL_free>;

constexpr std::size_t max_names = 50;

void free_names(GENERAL_NAMES* names)
{
    GENERAL_NAMES_free(names);
}

/// Of dates we make up our own mind, and tell it with its day.
int accept_dates(int is_good, X509_STORE_CTX* store)
{
    const int error = X509_STORE_CTX_get_error(store);
    const bool is_date =
        error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID;
    if (is_good != 1 && is_date && X509_STORE_CTX_get_error_depth(store) == 0) {
        X509_STORE_CTX_set_error(store, X509_V_OK);
        return 1;
    }
    return is_good;
}

/// What certificates are signed with: start_openssl() leaves out what has a
/// name only.
void add_digests()
{
    for (const EVP_MD* digest : {EVP_sha1(), EVP_sha256(), EVP_sha384(), EVP_sha512()})
        EVP_add_digest(digest);
}

Context make_context(const std::string& ca_file)
{
    Context context(SSL_CTX_new(TLS_client_method()));
    if (!context) throw_openssl("start TLS");
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, accept_dates);
    // The handshake goes on, whatever it thinks of the certificate: that is what
    // we want to know.
    const auto accept_all = [](X509_STORE_CTX* store, void*) {
        X509_verify_cert(store);
        return 1;
    };
    SSL_CTX_set_cert_verify_callback(context.get(), accept_all, nullptr);
    if (ca_file.empty())
        SSL_CTX_set_default_verify_paths(context.get());
    else if (SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr) != 1)
        throw Error("4.3.0", "mail system error", cat(ca_file, " holds no certificates"));
    return context;
}

std::int64_t seconds_of(const ASN1_TIME* time)
{
    std::tm parts{};
    return ASN1_TIME_to_tm(time, &parts) == 1 ? static_cast<std::int64_t>(::timegm(&parts)) : 0;
}

std::vector<std::string> names_of(const X509* certificate)
{
    const Owned<GENERAL_NAMES, free_names> list(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    std::vector<std::string> names;
    const int count = list ? sk_GENERAL_NAME_num(list.get()) : 0;
    for (int i = 0; i < count && names.size() < max_names; ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(list.get(), i);
        if (name->type != GEN_DNS) continue;
        const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
        names.emplace_back(bytes, static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    }
    return names;
}

std::string last_problem()
{
    const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return reason == nullptr ? "no TLS handshake" : cat("no TLS handshake: ", reason);
}

} // namespace

TlsServer greet_tls(int socket, const std::string& host, const std::string& ca_file)
{
    start_openssl();
    add_digests();
    const Context context = make_context(ca_file);
    const Session session(SSL_new(context.get()));
    if (!session || SSL_set_fd(session.get(), socket) != 1) throw_openssl("start TLS");
    std::string name = host;
    SSL_ctrl(session.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    TlsServer server;
    if (SSL_connect(session.get()) != 1) {
        server.problem = last_problem();
        return server;
    }
    server.protocol = SSL_get_version(session.get());
    const Owned<X509, X509_free> certificate(SSL_get1_peer_certificate(session.get()));
    if (!certificate) {
        server.problem = "there is no certificate";
        return server;
    }
    server.names = names_of(certificate.get());
    server.is_name_good =
        X509_check_host(certificate.get(), host.c_str(), host.size(), 0, nullptr) == 1;
    server.not_before = seconds_of(X509_get0_notBefore(certificate.get()));
    server.not_after = seconds_of(X509_get0_notAfter(certificate.get()));
    const long result = SSL_get_verify_result(session.get());
    server.is_trusted = result == X509_V_OK;
    if (!server.is_trusted) server.distrust = X509_verify_cert_error_string(result);
    SSL_shutdown(session.get()); // says so, waits for nothing
    ERR_clear_error();
    return server;
}

} // namespace mn::crypto

// Begin TLS as a client, and look at the certificate that the other side shows.
//
//   const TlsServer server = greet_tls(socket, "mail.example.org", "");
//   if (!server.problem.empty() || !server.is_name_good) …
//
// For tools that check our own services: nothing is sent or read beyond the handshake, and a
// certificate that is not good is an answer, not an error.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mn::crypto
{

struct TlsServer {
    std::string problem;  ///< not empty: there is no TLS, and why
    std::string protocol; ///< "TLSv1.3"
    bool is_name_good = false;
    std::vector<std::string> names; ///< that the certificate is for
    bool is_trusted = false;
    std::string distrust;        ///< why not, in OpenSSL's words; dates are not looked at
    std::int64_t not_before = 0; ///< seconds since 1970
    std::int64_t not_after = 0;
};

/// socket: connected; blocking, with time limits of its own. ca_file:
/// certificates that are trusted; empty: those of the system. Throws
/// Error 4.3.0 when OpenSSL cannot work, or not read ca_file.
TlsServer greet_tls(int socket, const std::string& host, const std::string& ca_file);

} // namespace mn::crypto

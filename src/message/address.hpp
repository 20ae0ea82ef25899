// Addresses of the envelope and of our configuration files: local-part@domain.
//
// Only what a small node needs: dot-atom local parts and host names in LDH form. [RFC5321 4.1.2]
// Quoted local parts, address literals and 8-bit addresses are recognised as "not one of these".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mn
{

/// An address split at its "@". The domain is lower case; the local part is as written.
struct Address {
    std::string local;
    std::string domain;

    /// local@domain.
    std::string text() const;

    /// local@domain with the local part in lower case as well: what tables and accounts use.
    std::string key() const;
};

/// A dot-atom, at most 64 bytes. [RFC5321 4.5.3.1.1] [RFC5322 3.2.3]
bool is_local_part(std::string_view text);

/// One or more LDH labels separated by dots, at most 253 bytes. "localhost" is one. [RFC1123 2.1]
bool is_domain(std::string_view text);

/// Nothing when the text is not an address as described above.
std::optional<Address> parse_address(std::string_view text);

/// A local part that an account may have: letters, digits and . _ - ' = & only, beginning with a
/// letter, digit or underscore, no two dots in a row, none at the end. It names a directory and a
/// login.
bool is_account_name(std::string_view local);

/// user+detail split at the first delimiter; detail is empty when there is none. [RFC5233 4]
struct Subaddress {
    std::string user;
    std::string detail;
};
Subaddress split_detail(std::string_view local, char delimiter);

} // namespace mn

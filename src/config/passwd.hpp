// The accounts of the node: userconfig/passwd, one "ADDRESS:HASH:UID:GID::::" a line.
//
//   PasswdFile file = parse_passwd(read_file(path, 1 << 30), path);
//   for (const Problem& problem : file.problems) print(describe(problem));
//
// The real reader is Dovecot's passwd-file driver. What counts as a problem here is what that
// driver refuses, misreads or lets pass in silence; the format is described in mn-passwd(5).
// Texts of problems never contain anything of a password field.
#pragma once

#include "config/problem.hpp"
#include "message/address.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mn::config
{

struct Account {
    Address address;
    std::size_t line;   ///< where it stands, 1 is the first
    bool disabled;      ///< "!" or "*" before the hash: mail arrives, nobody can log in
    std::string scheme; ///< of the hash: "yescrypt", "SSHA512"; empty when there is no hash
    std::string hash;   ///< the password field without the mark of a disabled account
};

struct PasswdFile {
    std::vector<Account> accounts; ///< lines that name an account, in the order of the file
    std::vector<Problem> problems; ///< in the order of the file
};

/// Accounts of lines with a bad hash or bad numbers are included, so that an alias to them is not
/// reported as well; of an address that occurs twice, only the first line is.
PasswdFile parse_passwd(std::string_view text, const std::string& file_name);

/// One error for each account whose domain is not among these (lower case).
std::vector<Problem> check_domains(const PasswdFile& file, const std::string& file_name,
                                   const std::vector<std::string>& domains);

} // namespace mn::config

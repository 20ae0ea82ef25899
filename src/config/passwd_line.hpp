// One line of userconfig/passwd and what its password field holds.
//
//   while (!text.empty()) {
//       const PasswdLine line = take_line(text);
//       if (!is_comment(line.body)) use(split(line.body, ':'));
//   }
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mn::config
{

/// With fewer fields Dovecot accepts the password, then finds no user.
inline constexpr std::size_t needed_passwd_fields = 4;

/// One line with its end, so that all lines put together are the file again.
struct PasswdLine {
    std::string_view body; ///< without the line end
    std::string_view end;  ///< "\n", "\r\n", or nothing at the end of the file
};

/// Takes the next line off text.
PasswdLine take_line(std::string_view& text);

/// Empty, or with "#" in the first column: what Dovecot skips.
bool is_comment(std::string_view body);

struct PasswordField {
    std::string_view marks; ///< "!" or "*", any number, of a disabled account
    std::string_view hash;
};

PasswordField split_marks(std::string_view field);

/// What a hash is, as far as its form tells.
struct HashForm {
    std::string scheme;    ///< "yescrypt", "SSHA512"; empty when Dovecot would not know it
    bool weak = false;     ///< readable, unsalted or broken
    bool complete = false; ///< the right number of the right characters
};

/// hash: of crypt(3), or with one of Dovecot's schemes in braces before it.
HashForm form_of(std::string_view hash);

} // namespace mn::config

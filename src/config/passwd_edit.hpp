// Changes to userconfig/passwd: a file's text in, the new text out.
//
//   std::string text = read_file(path, limit);
//   replace_file(path, put_account(text, "bob@example.test", hash), 0640);
//
// Lines of other accounts, comments and line ends stay as they are, byte for byte.
// The case of letters in an address does not matter; what is written is lower case.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mn::config
{

/// A new line for an account, without a newline.
std::string account_line(std::string_view address, std::string_view hash);

/// All lines of the account, by number.
std::vector<std::size_t> find_account(std::string_view text, std::string_view address);

/// The account gets this hash: in its own first line, where all other fields stay, or in a new
/// line at the end. Enables the account.
std::string put_account(std::string_view text, std::string_view address, std::string_view hash);

/// Without the account's lines. The same text when there is none.
std::string remove_account(std::string_view text, std::string_view address);

/// "!" before the hash, in all lines of the account, or taken away.
std::string disable_account(std::string_view text, std::string_view address);
std::string enable_account(std::string_view text, std::string_view address);

} // namespace mn::config

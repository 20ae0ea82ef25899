#include "config/passwd_edit.hpp"

#include "base/text.hpp"
#include "config/passwd_line.hpp"

#include <functional>
#include <utility>

namespace mn::config
{
namespace
{

bool is_line_of(std::string_view body, std::string_view address)
{
    return !is_comment(body) && body.find(':') != std::string_view::npos &&
           equal_ignoring_case(trim(body.substr(0, body.find(':'))), address);
}

using Edit = std::function<std::string(const PasswdLine&)>;

/// The text with every line of the account replaced by what edit makes of it.
std::string edit_lines(std::string_view text, std::string_view address, const Edit& edit)
{
    std::string result;
    result.reserve(text.size() + 128);
    while (!text.empty()) {
        const PasswdLine line = take_line(text);
        if (is_line_of(line.body, address))
            result.append(edit(line));
        else
            result.append(line.body).append(line.end);
    }
    return result;
}

/// The line with another password field. A name that Dovecot would not find is put right.
std::string with_password(const PasswdLine& line, std::string_view address,
                          std::string_view password)
{
    const auto fields = split(line.body, ':');
    std::string_view rest = ":2000:2000::::";
    if (fields.size() >= needed_passwd_fields)
        rest = line.body.substr(fields[0].size() + 1 + fields[1].size());
    return cat(lower(address), ":", password, rest, line.end);
}

PasswordField password_of(std::string_view body)
{
    return split_marks(split(body, ':')[1]);
}

} // namespace

std::string account_line(std::string_view address, std::string_view hash)
{
    return cat(lower(address), ":", hash, ":2000:2000::::");
}

std::vector<std::size_t> find_account(std::string_view text, std::string_view address)
{
    std::vector<std::size_t> lines;
    for (std::size_t number = 1; !text.empty(); ++number) {
        if (is_line_of(take_line(text).body, address)) lines.push_back(number);
    }
    return lines;
}

std::string put_account(std::string_view text, std::string_view address, std::string_view hash)
{
    bool done = false;
    std::string result = edit_lines(text, address, [&](const PasswdLine& line) {
        if (std::exchange(done, true)) return cat(line.body, line.end);
        return with_password(line, address, hash);
    });
    if (done) return result;
    // The new line ends as the first one does, so that the file stays of one kind.
    const std::string_view end = take_line(text).end == "\r\n" ? "\r\n" : "\n";
    if (!result.empty() && !result.ends_with('\n')) result.append(end);
    return result.append(account_line(address, hash)).append(end);
}

std::string remove_account(std::string_view text, std::string_view address)
{
    return edit_lines(text, address, [](const PasswdLine&) { return std::string(); });
}

std::string disable_account(std::string_view text, std::string_view address)
{
    return edit_lines(text, address, [&](const PasswdLine& line) {
        const PasswordField password = password_of(line.body);
        if (!password.marks.empty()) return cat(line.body, line.end);
        return with_password(line, address, cat("!", password.hash));
    });
}

std::string enable_account(std::string_view text, std::string_view address)
{
    return edit_lines(text, address, [&](const PasswdLine& line) {
        return with_password(line, address, password_of(line.body).hash);
    });
}

} // namespace mn::config

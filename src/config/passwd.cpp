#include "config/passwd.hpp"

#include "base/text.hpp"
#include "config/passwd_line.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace mn::config
{
namespace
{

// Dovecot answers a login with all extra fields and closes the connection above 16384 bytes.
constexpr std::size_t max_line = 8192;
constexpr std::size_t usual_fields = 8;
constexpr std::size_t extra_field = 7; // the eighth and all after it: key=value words
constexpr std::uint64_t node_id = 2000;
constexpr std::uint64_t max_id = 4294967294; // 2^32-1 means "no id" to the kernel
constexpr std::size_t max_shown = 80;
constexpr std::string_view usual_ids = "write 2000";
constexpr std::string_view new_hash = "set a new password with mn-makepasswd";

/// Reads a file line by line and notes what is wrong.
class Reader
{
public:
    explicit Reader(const std::string& file_name) : file_name_(file_name) {}

    PasswdFile read(std::string_view text)
    {
        while (!text.empty()) {
            ++number_;
            const PasswdLine line = take_line(text);
            if (line.end == "\r\n" && !std::exchange(told_of_crlf_, true))
                warn("line ends in CR LF, and maybe others", "save the file with LF line ends");
            if (!is_comment(line.body)) read_line(line.body);
        }
        return std::move(file_);
    }

private:
    void error(std::string what, std::string_view remedy)
    {
        file_.problems.push_back(
            {Severity::error, file_name_, number_, std::move(what), std::string(remedy)});
    }

    void warn(std::string what, std::string_view remedy)
    {
        file_.problems.push_back(
            {Severity::warning, file_name_, number_, std::move(what), std::string(remedy)});
    }

    void read_line(std::string_view body)
    {
        if (body.size() > max_line)
            return error(cat("line of ", std::to_string(body.size()), " bytes, longer than ",
                             std::to_string(max_line)),
                         "shorten it");
        // Dovecot stops reading a line at NUL; other controls are never meant.
        if (std::any_of(body.begin(), body.end(), is_control))
            return error("control character in the line", "delete it");
        if (trim(body).empty()) return warn("line of white space only", "make it empty");
        if (trim(body).starts_with('#'))
            return warn("comment does not begin in the first column", "move it there");
        if (body.starts_with("\xef\xbb\xbf"))
            return error("the line begins with a byte order mark, which Dovecot takes for a part "
                         "of the name",
                         "save the file as UTF-8 without BOM");
        const auto fields = split(body, ':');
        if (fields.size() < 2)
            return error("no colon in the line", "write ADDRESS:HASH:2000:2000::::");
        read_account(fields);
    }

    void read_account(const std::vector<std::string_view>& fields)
    {
        const auto address = read_name(fields[0]);
        if (!address) return;
        const std::string key = address->key();
        const auto [first, is_new] = lines_.emplace(key, number_);
        if (!is_new)
            return error(cat(shown(key), " has a line already, line ",
                             std::to_string(first->second), ", and Dovecot reads only that one"),
                         "delete one of them");
        const PasswordField password = split_marks(fields[1]);
        file_.accounts.push_back({*address, number_, !password.marks.empty(),
                                  form_of(password.hash).scheme, std::string(password.hash)});
        if (password.marks.empty()) check_hash(password.hash);
        check_fields(fields);
    }

    std::optional<Address> read_name(std::string_view name)
    {
        if (trim(name).empty()) {
            error("no address before the first colon", "write ADDRESS:HASH:2000:2000::::");
            return std::nullopt;
        }
        if (trim(name) != name) {
            error(cat("white space around ", shown(trim(name)),
                      ", which Dovecot takes for a part of the name"),
                  "delete it");
            name = trim(name);
        }
        auto address = parse_address(name);
        if (!address) {
            error(cat(shown(name), " is not an address"), "write user@domain");
            return std::nullopt;
        }
        if (!is_account_name(address->local)) {
            error(cat(shown(name), " cannot be an account: it names a directory and a login"),
                  "use letters, digits and . _ - only, beginning with a letter or digit");
            return std::nullopt;
        }
        if (lower(name) != name)
            error(cat(shown(name), " has upper case letters; Dovecot would never find it"),
                  "write it in lower case");
        return address;
    }

    void check_hash(std::string_view hash)
    {
        const HashForm form = form_of(hash);
        if (hash.empty())
            error("empty password field: nobody can log in",
                  "set a password with mn-makepasswd, or write ! to disable the account");
        else if (form.scheme.empty())
            error("the password field is not a hash that Dovecot knows", new_hash);
        else if (!form.complete)
            error(cat("the ", form.scheme, " hash is damaged or empty"), new_hash);
        else if (form.weak)
            warn(cat("the password scheme ", form.scheme, " is weak"), new_hash);
    }

    void check_fields(const std::vector<std::string_view>& fields)
    {
        if (fields.size() < needed_passwd_fields)
            return error(cat(std::to_string(fields.size()), " fields only: Dovecot would take the "
                                                            "password, then know no such user"),
                         "write ADDRESS:HASH:2000:2000::::");
        check_id("uid", fields[2]);
        check_id("gid", fields[3]);
        if (fields.size() < usual_fields)
            warn(cat(std::to_string(fields.size()), " fields instead of ",
                     std::to_string(usual_fields)),
                 "write ADDRESS:HASH:2000:2000::::");
        for (std::size_t i = extra_field; i < fields.size(); ++i) {
            for (const std::string_view word : split_words(fields[i])) {
                if (word.substr(0, word.find('=')) == "nopassword")
                    error("extra field nopassword: with a password Dovecot refuses the login, "
                          "without one it accepts any",
                          "delete it");
            }
        }
    }

    // The text is not shown: after a stray colon it may be the rest of a password.
    void check_id(std::string_view what, std::string_view text)
    {
        const auto id = parse_number(text);
        if (text.empty())
            warn(cat("no ", what), usual_ids);
        else if (!id || *id > max_id)
            error(cat("the ", what, " is not a number; Dovecot would skip the line"), usual_ids);
        else if (*id != node_id)
            warn(cat("the ", what, " is not 2000; the node uses its own account anyway"),
                 usual_ids);
    }

    static std::string shown(std::string_view name)
    {
        return name.size() <= max_shown ? std::string(name) : cat(name.substr(0, max_shown), "...");
    }

    const std::string& file_name_;
    PasswdFile file_;
    std::unordered_map<std::string, std::size_t> lines_;
    std::size_t number_ = 0;
    bool told_of_crlf_ = false;
};

} // namespace

PasswdFile parse_passwd(std::string_view text, const std::string& file_name)
{
    return Reader(file_name).read(text);
}

std::vector<Problem> check_domains(const PasswdFile& file, const std::string& file_name,
                                   const std::vector<std::string>& domains)
{
    std::vector<Problem> problems;
    for (const Account& account : file.accounts) {
        const std::string& domain = account.address.domain;
        if (std::find(domains.begin(), domains.end(), domain) == domains.end())
            problems.push_back({Severity::error, file_name, account.line,
                                cat(account.address.key(), " is not in a domain of this node"),
                                "add the domain to the node's list or remove the account"});
    }
    return problems;
}

} // namespace mn::config

#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "list/access.hpp"
#include "list/archive_address.hpp"
#include "list/near_name.hpp"
#include "list/oneclick.hpp"
#include "list/tunables.hpp"
#include "message/address.hpp"

#include <algorithm>
#include <fcntl.h>
#include <map>
#include <sys/stat.h>

namespace mn::list
{
namespace
{

constexpr std::size_t max_control_file = std::size_t{1} << 20; // as list.cpp

/// The files of one directory, what is in them, and what is wrong with them.
class Control
{
public:
    explicit Control(const std::string& directory);

    std::vector<ControlProblem> check();

private:
    void read(int directory, const std::string& name);
    void check_name(const std::string& name);
    void check_file(const Tunable& tunable, const std::string& text);
    void check_boolean(const std::string& name, const std::string& text);
    void check_number(const std::string& name, const std::string& text);
    void check_line(const std::string& name, const std::string& text);
    void check_addresses(const std::string& name, const std::string& text);
    void check_removed_fields(const std::string& name, const std::string& text);
    void check_added_fields(const std::string& name, const std::string& text);
    void check_access(const std::string& name, const std::string& text);
    void check_web_accounts(const std::string& name, const std::string& text);
    void check_together();
    void check_people();

    bool has(const std::string& name) const { return files_.contains(name); }
    bool has_address(const std::string& name) const;
    void error(const std::string& file, std::size_t line, std::string what, std::string remedy);
    void warning(const std::string& file, std::size_t line, std::string what, std::string remedy);

    std::map<std::string, std::string> files_;
    std::vector<ControlProblem> problems_;
};

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> values)
{
    return std::find(values.begin(), values.end(), text) != values.end();
}

std::string_view first_line(std::string_view text)
{
    return trim(text.substr(0, text.find('\n')));
}

/// A field name and its colon at the beginning of the line. [RFC5322 3.6.8]
bool begins_with_field_name(std::string_view line)
{
    const std::size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos) return false;
    return std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                       [](char c) { return c > ' ' && c < '\x7f'; });
}

Control::Control(const std::string& directory)
{
    const Fd fd = open_directory(directory);
    std::vector<std::string> names;
    find_entry(fd.get(), [&](std::string_view name) {
        if (!name.starts_with('.')) names.emplace_back(name);
        return false;
    });
    std::sort(names.begin(), names.end());
    for (const std::string& name : names)
        read(fd.get(), name);
}

void Control::read(int directory, const std::string& name)
{
    const Fd fd(::openat(directory, name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    struct stat found = {};
    if (!fd || ::fstat(fd.get(), &found) != 0) {
        error(name, 0, "cannot be read", "let the account of the lists read it");
    } else if (name == "text" && S_ISDIR(found.st_mode)) {
        return; // the list's own texts, which mailnode(8) puts beside the control files
    } else if (!S_ISREG(found.st_mode)) {
        error(name, 0, "is not a file", "move it elsewhere");
    } else if (static_cast<std::uint64_t>(found.st_size) > max_control_file) {
        error(name, 0, "is bigger than 1 MiB", "make it smaller");
    } else {
        files_[name] = read_all(fd.get(), max_control_file, name);
    }
}

void Control::error(const std::string& file, std::size_t line, std::string what, std::string remedy)
{
    problems_.push_back({file, line, std::move(what), std::move(remedy), true});
}

void Control::warning(const std::string& file, std::size_t line, std::string what,
                      std::string remedy)
{
    problems_.push_back({file, line, std::move(what), std::move(remedy), false});
}

bool Control::has_address(const std::string& name) const
{
    const auto found = files_.find(name);
    return found != files_.end() && !trim(found->second).empty();
}

std::vector<ControlProblem> Control::check()
{
    for (const auto& [name, text] : files_) {
        const Tunable* const tunable = find_tunable(name);
        if (tunable == nullptr)
            check_name(name);
        else if (tunable->is_ignored)
            warning(name, 0, cat("has no effect here: ", tunable->summary), "delete it");
        else
            check_file(*tunable, text);
    }
    check_together();
    check_people();
    return std::move(problems_);
}

void Control::check_name(const std::string& name)
{
    if (name == "README") return; // for people
    std::vector<std::string_view> names;
    for (const Tunable& tunable : tunables())
        names.push_back(tunable.name);
    const std::string near = near_name(name, names);
    if (near.empty())
        warning(name, 0, "is no control file: it has no effect", "see mn-list(5) for all names");
    else
        error(name, 0, "is no control file", cat("did you mean ", near, "?"));
}

void Control::check_file(const Tunable& tunable, const std::string& text)
{
    const std::string name(tunable.name);
    if (text.find('\0') != std::string::npos)
        error(name, 0, "has a zero byte in it", "write it as a text file");
    else if (!utf8::is_valid(text))
        error(name, 0, "is not in UTF-8", "convert it to UTF-8");
    if (tunable.type == TunableType::boolean) check_boolean(name, text);
    if (tunable.type == TunableType::number) check_number(name, text);
    if (tunable.type == TunableType::line) check_line(name, text);
    if (is_one_of(name, {"listaddress", "owner", "moderators", "submod", "allowposters"}))
        check_addresses(name, text);
    if (name == "delheaders") check_removed_fields(name, text);
    if (name == "customheaders") check_added_fields(name, text);
    if (name == "access") check_access(name, text);
    if (name == "archive_private") check_web_accounts(name, text);
}

void Control::check_boolean(const std::string& name, const std::string& text)
{
    const std::string value = lower(first_line(text));
    if (is_one_of(value, {"0", "no", "off", "false", "n"}))
        warning(name, 1, cat("says ", value, ", but that the file is there switches it on"),
                "delete the file to switch it off");
}

void Control::check_number(const std::string& name, const std::string& text)
{
    const std::string_view value = first_line(text);
    const auto number = parse_number(value);
    if (!number)
        error(name, 1, value.empty() ? std::string("is empty") : cat("is no number: ", value),
              name.ends_with("size") ? "write bytes, digits only" : "write digits only");
    else if (*number == 0 && name == "maxmailsize")
        warning(name, 1, "lets no post in at all", "write bytes, or delete the file for no limit");
}

void Control::check_line(const std::string& name, const std::string& text)
{
    const std::string_view value = first_line(text);
    if (name == "delimiter") {
        if (!is_local_part(value) || value.find_first_of("=/") != std::string_view::npos)
            error(name, 1, "is not fit for an address", "write + or -, or delete the file");
    } else if (name == "from" && !is_one_of(value, {"keep", "auto", "always"})) {
        error(name, 1, cat("has an unknown value: ", value), "write keep, auto or always");
    } else if (name == "replyto" && !is_one_of(value, {"list", "author"})) {
        error(name, 1, cat("has an unknown value: ", value), "write list or author");
    } else if (name == "archiveurl" && !is_web_address(value)) {
        error(name, 1, cat("is no web address: ", value),
              "write one like https://lists.example.org/cats/");
    } else if (name == "archive_addresses" && !is_one_of(value, {"hide", "at", "full"})) {
        error(name, 1, cat("has an unknown value: ", value), "write hide, at or full");
    } else if (name == "oneclick" && !why_no_oneclick_base(value).empty()) {
        error(name, 1, std::string(why_no_oneclick_base(value)),
              "write an address like https://lists.example.org/unsubscribe");
    } else if (value.empty()) {
        warning(name, 1, "is empty", "delete it");
    }
}

/// Calls use with the number and text of every line that is not empty.
template <typename Use>
void for_each_line(std::string_view text, const Use& use)
{
    std::size_t number = 0;
    for (const std::string_view line : split(text, '\n'))
        if (++number; !trim(line).empty()) use(number, line);
}

void Control::check_addresses(const std::string& name, const std::string& text)
{
    for_each_line(text, [&](std::size_t number, std::string_view line) {
        if (!parse_address(trim(line)))
            error(name, number, cat("is no address: ", trim(line)), "write one user@domain a line");
    });
}

void Control::check_removed_fields(const std::string& name, const std::string& text)
{
    for_each_line(text, [&](std::size_t number, std::string_view line) {
        if (!begins_with_field_name(cat(trim(line), ":")))
            error(name, number, cat("is no field name: ", trim(line)),
                  "write a name like Received:");
        else if (trim(line).find(':') == std::string_view::npos)
            warning(name, number,
                    cat("also removes every field whose name begins so: ", trim(line)),
                    "put a colon behind the name");
    });
}

void Control::check_added_fields(const std::string& name, const std::string& text)
{
    std::size_t number = 0;
    bool has_field = false;
    for (std::string_view line : split(text, '\n')) {
        ++number;
        if (line.ends_with('\r')) line.remove_suffix(1);
        const bool goes_on = line.starts_with(' ') || line.starts_with('\t');
        if (trim(line).empty()) continue; // left out
        if (goes_on ? !has_field : !begins_with_field_name(line))
            error(name, number, cat("is no header field: ", line), "write Name: value");
        has_field = true;
    }
}

void Control::check_access(const std::string& name, const std::string& text)
{
    if (trim(text).empty())
        warning(name, 0, "is empty: every post is denied", "write rules, or delete it");
    const AccessRules rules = parse_access(text);
    for (const AccessRules::Problem& problem : rules.problems())
        error(name, problem.line, problem.what, "see mn-list(5)");
}

/// The line itself is not told: it may be a password.
void Control::check_web_accounts(const std::string& name, const std::string& text)
{
    if (trim(text).empty())
        warning(name, 0, "is empty: nobody can see the archive on the web",
                "write a line name:hash for each reader, or delete it");
    for_each_line(text, [&](std::size_t number, std::string_view line) {
        if (const std::string_view why = why_no_web_account(trim(line)); !why.empty())
            error(name, number, std::string(why),
                  "write name: and what openssl passwd -6 prints, on one line");
    });
}

/// What only shows when several files are looked at.
void Control::check_together()
{
    const auto found = files_.find("listaddress");
    if (found == files_.end() || trim(found->second).empty()) {
        error("listaddress", 0, found == files_.end() ? "is missing" : "is empty",
              "write the address of the list into it");
    } else if (const auto address = parse_address(first_line(trim(found->second)))) {
        const auto given = files_.find("delimiter");
        const std::string_view delimiter = given == files_.end() ? "+" : first_line(given->second);
        if (!delimiter.empty() && address->local.find(delimiter) != std::string::npos)
            error("listaddress", 1, cat("has the delimiter ", delimiter, " in its name"),
                  "choose another name or, in the file delimiter, another delimiter");
    }
    if (has("noarchive") && (has("digestinterval") || has("digestmaxmails")))
        warning("noarchive", 0, "makes digests impossible: they are made of the archive",
                "delete it, or the digest files");
    for (const char* file : {"archiveurl", "archive_addresses", "archive_private"})
        if (has("noarchive") && has(file))
            warning(file, 0, "has no effect: there is no archive", "delete it, or noarchive");
    if (has("oneclick") && has("closedlist"))
        warning("oneclick", 0, "has no effect on a closed list", "delete one of them");
    if (has("nosubconfirm") && !has("closedlist") && !has("closedlistsub") && !has("submod"))
        warning("nosubconfirm", 0, "lets anybody subscribe anybody else", "delete it");
}

void Control::check_people()
{
    for (const char* name : {"moderated", "modonlypost", "modnonsubposts"})
        if (has(name) && !has_address("moderators"))
            error(name, 0, "needs moderators, and there are none",
                  "write their addresses into moderators");
    if (has("submod") && !has_address("submod") && !has_address("owner"))
        error("submod", 0, "names nobody, and there is no owner",
              "write addresses into submod or owner");
    if (!has_address("owner"))
        warning("owner", 0, "is missing: nobody gets mail to the owner, nor notices",
                "write an address into it");
}

} // namespace

std::vector<ControlProblem> check_control(const std::string& directory)
{
    return Control(directory).check();
}

} // namespace mn::list

#include "list/answer_limit.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/lock.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "message/header.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <unistd.h>

namespace mn::list
{
namespace
{

using namespace std::chrono_literals;

constexpr std::size_t max_file = std::size_t{1} << 22;
constexpr std::uint64_t list_factor = 20; // of the limit for one address
constexpr std::uint64_t max_limit = 1000;

/// The first word of the value, in lower case: "auto-replied" of "auto-replied; owner-email=x".
std::string first_word(std::string_view value)
{
    const std::string text = lower(unfolded(value));
    return text.substr(0, text.find_first_of("; \t("));
}

bool has_value(const HeaderField& field, std::string_view name,
               std::initializer_list<std::string_view> values)
{
    if (!field.is(name)) return false;
    const std::string word = first_word(field.value);
    return std::any_of(values.begin(), values.end(), [&](auto value) { return word == value; });
}

bool names_this_list(const List& list, std::string_view value)
{
    const std::string text = lower(unfolded(value));
    return std::any_of(list.addresses().begin(), list.addresses().end(),
                       [&](const Address& own) { return text == own.key(); });
}

std::optional<std::string> why_automatic(const List& list, std::string_view header)
{
    for (const HeaderField& field : header_fields(header)) {
        if (field.is("Auto-Submitted") && first_word(field.value) != "no")
            return "it was made automatically (Auto-Submitted)";
        if (has_value(field, "Precedence", {"bulk", "junk", "list"}))
            return "it is bulk mail (Precedence)";
        if (field.is("List-Id")) return "it came through a mailing list (List-Id)";
        if (field.is("X-Loop") && names_this_list(list, field.value))
            return "it has been here before (X-Loop)";
    }
    return std::nullopt;
}

std::string domain_of(std::string_view address)
{
    const std::size_t at = address.rfind('@');
    return at == std::string_view::npos ? "" : lower(address.substr(at + 1));
}

std::optional<std::string> why_not_author(const Incoming& mail)
{
    switch (mail.standing.vouched) {
    case Standing::Vouched::local:
    case Standing::Vouched::yes:
    case Standing::Vouched::weak:
        return std::nullopt;
    case Standing::Vouched::no:
        return "the author's domain says that it is not from there (DMARC)";
    case Standing::Vouched::unknown:
    case Standing::Vouched::temporary:
        break;
    }
    if (domain_of(mail.sender) == domain_of(mail.author)) return std::nullopt;
    return "nobody vouches for the author, and the envelope sender is of another domain";
}

/// [RFC3834 2]
bool is_robot(std::string_view author)
{
    const std::string local = lower(author.substr(0, author.rfind('@')));
    return local == "mailer-daemon" || local.starts_with("owner-") || local.ends_with("-request");
}

// ---- how many today: the day, then "COUNT ADDRESS" a line

using Counts = std::map<std::string, std::uint64_t, std::less<>>;

Counts parse_counts(std::string_view text, std::string_view today)
{
    Counts counts;
    const auto lines = split(text, '\n');
    if (lines.front() != today) return counts;
    for (const std::string_view line : lines) {
        const std::size_t space = line.find(' ');
        if (space == std::string_view::npos) continue;
        if (const auto count = parse_number(line.substr(0, space)))
            counts[std::string(line.substr(space + 1))] = *count;
    }
    return counts;
}

std::string counts_text(const Counts& counts, std::string_view today)
{
    std::string text = cat(today, "\n");
    for (const auto& [address, count] : counts)
        text.append(cat(std::to_string(count), " ", address, "\n"));
    return text;
}

bool count_answer(const List& list, const std::string& address, std::int64_t now)
{
    const std::string today = std::to_string(now / 86400);
    const std::uint64_t limit = std::min(list.number("answersaday"), max_limit);
    const std::string path = list.path("mailnode/answers");
    list.make_directory("mailnode");
    const Lock lock(list.path("mailnode/answers.lock"), 10s);
    const bool is_there = ::access(path.c_str(), F_OK) == 0;
    Counts counts = parse_counts(is_there ? read_file(path, max_file) : "", today);
    std::uint64_t total = 0;
    for (const auto& [known, count] : counts)
        total += count;
    if (total >= limit * list_factor || counts[address] >= limit) return false;
    ++counts[address];
    replace_file(path, counts_text(counts, today), list.file_mode());
    return true;
}

} // namespace

std::optional<std::string> why_from_machine(const List& list, const Incoming& mail)
{
    if (mail.sender.empty()) return "it has the null sender";
    return why_automatic(list, split_message(mail.message).header);
}

std::optional<std::string> why_no_answer(const List& list, const Incoming& mail)
{
    if (mail.author.empty()) return "it does not have one author";
    if (list.is_own_address(mail.author) || list.extension_of(mail.author))
        return "its author is the list";
    if (is_robot(mail.author)) return "its author is no person";
    if (auto reason = why_from_machine(list, mail)) return reason;
    return why_not_author(mail);
}

bool take_answer(const List& list, const std::string& address, std::int64_t now)
{
    try {
        return count_answer(list, lower(address), now);
    } catch (const Error& error) {
        log::warning(cat("no answer, for answers cannot be counted: ", error.detail()));
        return false;
    }
}

} // namespace mn::list

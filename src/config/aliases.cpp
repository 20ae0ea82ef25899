#include "config/aliases.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "message/address.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace mn::config
{
namespace
{

constexpr std::size_t longest_quote = 60;

/// Bytes that may stand in the file at all: no control characters but the tab. 8-bit bytes are for
/// comments.
bool is_allowed(char c)
{
    return c == '\t' || !is_control(c);
}

bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool is_separator(char c)
{
    return is_blank(c) || c == ',';
}

/// Why a local part is of no use as the name of an alias, or empty.
std::string objection_to_name(std::string_view local)
{
    if (local.front() == '-') return "begins with \"-\": Postfix refuses such recipients";
    if (local.find_first_of("!%") != std::string_view::npos)
        return "contains \"!\" or \"%\", which mail servers take for routing";
    return {};
}

std::string remedy_for_address(std::string_view text, bool is_name)
{
    if (is_name && text.ends_with(':'))
        return "leave out the colon: white space separates the name from its targets";
    if (!is_name && text.starts_with('@')) return "a target is one address, write user@domain";
    if (text.find('"') != std::string_view::npos || text.starts_with(':'))
        return "only addresses can be targets: no quotes, files, programs or :include:";
    if (text.find_first_of("<>()") != std::string_view::npos)
        return "write the address alone, without a person's name or brackets";
    return is_name ? "write user@domain, a name alone, or @domain"
                   : "write user@domain, or a name alone for the same domain";
}

} // namespace

std::string quote_for_message(std::string_view text)
{
    if (text.size() <= longest_quote) return cat("\"", text, "\"");
    return cat("\"", text.substr(0, longest_quote), "...\"");
}

/// Reads the text line by line; see mn-aliases(5).
class AliasParser
{
public:
    AliasParser(std::string text, const std::string& file_name)
    {
        file_.file_name_ = file_name;
        file_.text_ = std::move(text);
    }

    AliasFile parse();

private:
    void count_lines();
    void parse_line(std::size_t begin, std::size_t end);
    bool check_bytes(std::string_view line, std::size_t begin);
    void parse_words(std::size_t at, std::size_t end);
    void begin_entry(TextRange word);
    void begin_bad_entry(TextRange word);
    void add_target(TextRange word);
    void finish_entry();
    void keep_entry(std::string_view name);
    std::optional<AliasKind> kind_of(TextRange word);
    void error(TextRange where, std::string what, std::string remedy);

    AliasFile file_;
    AliasEntry entry_{};
    bool in_entry_ = false; ///< a logical line has begun,
    bool has_name_ = false; ///< its name is a good one,
    bool is_bad_ = false;   ///< and something else in it has been complained about
};

AliasFile AliasParser::parse()
{
    if (file_.text_.size() > max_alias_file)
        throw Error("4.3.0", "mail system error",
                    cat(file_.file_name_, " is longer than 1 GB; that cannot be meant."));
    count_lines();
    file_.entries_.reserve(file_.line_starts_.size());
    file_.targets_.reserve(file_.line_starts_.size());
    file_.index_.reserve(file_.line_starts_.size());
    for (std::size_t i = 0; i < file_.line_starts_.size(); ++i) {
        const std::size_t begin = file_.line_starts_[i];
        std::size_t end =
            i + 1 < file_.line_starts_.size() ? file_.line_starts_[i + 1] - 1 : file_.text_.size();
        if (end > begin && file_.text_[end - 1] == '\n') --end; // the last line of the file
        if (end > begin && file_.text_[end - 1] == '\r') --end;
        parse_line(begin, end);
    }
    finish_entry();
    return std::move(file_);
}

void AliasParser::count_lines()
{
    const std::string_view text = file_.text_;
    file_.line_starts_.reserve(
        static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1);
    for (std::size_t at = 0; at < text.size();) {
        file_.line_starts_.push_back(static_cast<std::uint32_t>(at));
        const std::size_t newline = text.find('\n', at);
        if (newline == std::string_view::npos) return;
        at = newline + 1;
    }
}

void AliasParser::parse_line(std::size_t begin, std::size_t end)
{
    const std::string_view line(file_.text_.data() + begin, end - begin);
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos) return;
    if (line[first] != '#' && first == 0) finish_entry();
    const TextRange word{static_cast<std::uint32_t>(begin + first), 1};
    const bool is_clean = check_bytes(line, begin);
    // As in Postfix's own tables, neither a comment nor a blank line ends what is continued.
    if (line[first] == '#') return;
    if (!is_clean) {
        if (!in_entry_) begin_bad_entry(word);
        is_bad_ = true;
        return;
    }
    if (first > 0 && !in_entry_) {
        error(word, "the line begins with white space, but there is no line it could continue",
              "begin the line with the name");
        return;
    }
    parse_words(begin + first, end);
}

bool AliasParser::check_bytes(std::string_view line, std::size_t begin)
{
    const auto bad = std::find_if_not(line.begin(), line.end(), is_allowed);
    if (bad == line.end()) return true;
    const auto column = static_cast<std::size_t>(bad - line.begin());
    const TextRange where{static_cast<std::uint32_t>(begin + column), 1};
    if (*bad == '\r')
        error(where, cat("carriage return in column ", std::to_string(column + 1)),
              "end lines with a line feed");
    else
        error(where,
              cat("control character ", printable(line.substr(column, 1)), " in column ",
                  std::to_string(column + 1)),
              "remove it");
    return false;
}

void AliasParser::parse_words(std::size_t at, std::size_t end)
{
    const char* const text = file_.text_.data();
    while (at < end) {
        // The name ends at white space: a comma there is a mistake that kind_of() will name.
        const bool is_name = !in_entry_;
        std::size_t stop = at;
        while (stop < end && !(is_name ? is_blank(text[stop]) : is_separator(text[stop])))
            ++stop;
        if (stop > at) {
            const TextRange word{static_cast<std::uint32_t>(at),
                                 static_cast<std::uint32_t>(stop - at)};
            if (is_name)
                begin_entry(word);
            else
                add_target(word);
        }
        const std::size_t gap = stop;
        while (stop < end && is_separator(text[stop]))
            ++stop;
        if (stop < end && stop > gap && text[stop] == '#' && is_blank(text[stop - 1])) return;
        at = stop;
    }
}

void AliasParser::begin_entry(TextRange word)
{
    const auto kind = kind_of(word);
    in_entry_ = true;
    has_name_ = kind.has_value();
    is_bad_ = !has_name_;
    entry_ = {word, static_cast<std::uint32_t>(file_.targets_.size()), 0,
              kind.value_or(AliasKind::address)};
}

/// What continues it belongs to a line that has been complained about already.
void AliasParser::begin_bad_entry(TextRange word)
{
    in_entry_ = true;
    has_name_ = false;
    entry_ = {word, static_cast<std::uint32_t>(file_.targets_.size()), 0, AliasKind::address};
}

std::optional<AliasKind> AliasParser::kind_of(TextRange word)
{
    const std::string_view text = file_.text(word);
    const std::size_t at = text.rfind('@');
    const std::string_view local = text.substr(0, at == std::string_view::npos ? text.size() : at);
    const bool is_catch_all = at == 0;
    const bool has_domain = at != std::string_view::npos;
    if ((!is_catch_all && !is_local_part(local)) ||
        (has_domain && !is_domain(text.substr(at + 1)))) {
        error(word, cat(quote_for_message(text), " is not a name"), remedy_for_address(text, true));
        return std::nullopt;
    }
    if (is_catch_all) return AliasKind::catch_all;
    if (std::string objection = objection_to_name(local); !objection.empty()) {
        error(word, cat("the name ", quote_for_message(text), " ", objection), "rename it");
        return std::nullopt;
    }
    return has_domain ? AliasKind::address : AliasKind::bare_name;
}

void AliasParser::add_target(TextRange word)
{
    if (is_bad_) return;
    const std::string_view text = file_.text(word);
    const std::size_t at = text.rfind('@');
    const std::string_view local = text.substr(0, at == std::string_view::npos ? text.size() : at);
    const bool has_domain = at != std::string_view::npos;
    if (!is_local_part(local) || (has_domain && !is_domain(text.substr(at + 1))) ||
        text.front() == '#') {
        error(word, cat("the target ", quote_for_message(text), " is not an address"),
              remedy_for_address(text, false));
        is_bad_ = true;
        return;
    }
    if (entry_.target_count == max_alias_targets) {
        error(word,
              cat(quote_for_message(file_.name(entry_)), " has more than ",
                  std::to_string(max_alias_targets), " targets"),
              "make it a mailing list");
        is_bad_ = true;
        return;
    }
    file_.targets_.push_back(word);
    ++entry_.target_count;
}

void AliasParser::finish_entry()
{
    if (!std::exchange(in_entry_, false)) return;
    const std::string_view name = file_.name(entry_);
    if (!is_bad_ && entry_.target_count == 0)
        error(entry_.name, cat(quote_for_message(name), " has no target"),
              "write who gets its mail after the name");
    if (is_bad_) {
        file_.targets_.resize(entry_.first_target);
        entry_.target_count = 0;
    }
    if (has_name_) keep_entry(name);
}

void AliasParser::keep_entry(std::string_view name)
{
    const auto id = static_cast<std::uint32_t>(file_.entries_.size());
    const std::uint32_t old =
        file_.index_.insert(FoldedText(name).text(), id,
                            [this](std::uint32_t i) { return file_.name(file_.entries_[i]); });
    if (old == id) {
        file_.entries_.push_back(entry_);
        return;
    }
    const std::string first = std::to_string(file_.line(file_.entries_[old]));
    error(entry_.name, cat(quote_for_message(name), " is already on line ", first),
          cat("join the targets of both lines on line ", first));
    file_.targets_.resize(entry_.first_target);
}

void AliasParser::error(TextRange where, std::string what, std::string remedy)
{
    file_.problems_.push_back(
        {Severity::error, file_.file_name_, file_.line(where), std::move(what), std::move(remedy)});
}

std::string_view AliasFile::text(TextRange range) const
{
    return {text_.data() + range.offset, range.size};
}

std::span<const TextRange> AliasFile::targets(const AliasEntry& entry) const
{
    return std::span(targets_).subspan(entry.first_target, entry.target_count);
}

std::size_t AliasFile::line(TextRange range) const
{
    const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), range.offset);
    return static_cast<std::size_t>(after - line_starts_.begin());
}

std::uint32_t AliasFile::find(std::string_view folded_name) const
{
    return index_.find(folded_name, [this](std::uint32_t id) { return name(entries_[id]); });
}

AliasFile parse_aliases(std::string text, const std::string& file_name)
{
    return AliasParser(std::move(text), file_name).parse();
}

} // namespace mn::config

#include "list/roster.hpp"

#include "base/text.hpp"
#include "message/idna.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace mn::list
{
namespace
{

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::string_view separators = ",;\t";

/// What programs call the column of addresses, without - _ and spaces.
constexpr std::array<std::string_view, 10> address_titles{
    "address", "addresses", "email",      "emailaddress", "emailaddresses",
    "mail",    "member",    "subscriber", "mailaddress",  "primaryemail"};

bool is_8bit(std::string_view text)
{
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::string title(std::string_view cell)
{
    std::string text = lower(trim(cell));
    std::erase_if(text, [](char c) { return c == '-' || c == '_' || c == ' '; });
    return text;
}

bool is_address_title(std::string_view cell)
{
    const std::string text = title(cell);
    return std::find(address_titles.begin(), address_titles.end(), text) != address_titles.end();
}

std::optional<Subscription> parse_subscription(std::string_view text)
{
    const std::string name = lower(trim(text));
    for (const Subscription subscription :
         {Subscription::normal, Subscription::digest, Subscription::nomail, Subscription::both})
        if (name == name_of(subscription)) return subscription;
    return std::nullopt;
}

std::string_view line_at(std::string_view text, std::size_t position)
{
    return text.substr(position, text.find('\n', position) - position);
}

/// The rows of a CSV text, one after the other. A quoted cell may have anything in it, also line
/// ends. From a quote that is never closed on, quotes mean nothing, so that the rest is not one
/// cell.
class CsvReader
{
public:
    CsvReader(std::string_view text, char separator) : rest_(text), separator_(separator) {}

    /// False at the end. line: where the row began.
    bool next(std::vector<std::string>& cells, std::size_t& line);

    /// The row as it is, up to its first line end.
    std::string_view row_text() const { return row_; }

private:
    void quoted(std::string& cell);
    void plain(std::string& cell);

    std::string_view rest_;
    std::string_view row_;
    char separator_;
    std::size_t line_ = 1;
    /// No quote is closed beyond this many bytes before the end: looked for once, not at each
    /// quote.
    std::size_t hopeless_ = 0;
};

/// rest_ begins behind the opening quote.
void CsvReader::quoted(std::string& cell)
{
    std::size_t at = 0;
    std::string content;
    for (;;) {
        const std::size_t quote =
            rest_.size() <= hopeless_ ? std::string_view::npos : rest_.find('"', at);
        if (quote == std::string_view::npos) {
            hopeless_ = std::max(hopeless_, rest_.size());
            return plain(cell);
        }
        content.append(rest_.substr(at, quote - at));
        at = quote + 1;
        if (at >= rest_.size() || rest_[at] != '"') break;
        content.push_back('"'); // doubled
        ++at;
    }
    line_ += static_cast<std::size_t>(
        std::count(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    rest_.remove_prefix(at);
    cell.append(content);
    plain(cell);
}

void CsvReader::plain(std::string& cell)
{
    std::size_t end = 0;
    while (end < rest_.size() && rest_[end] != separator_ && rest_[end] != '\n')
        ++end;
    cell.append(rest_.substr(0, end));
    rest_.remove_prefix(end);
}

bool CsvReader::next(std::vector<std::string>& cells, std::size_t& line)
{
    cells.clear();
    if (rest_.empty()) return false;
    line = line_;
    row_ = line_at(rest_, 0);
    for (;;) {
        std::string& cell = cells.emplace_back();
        if (rest_.starts_with('"')) {
            rest_.remove_prefix(1);
            quoted(cell);
        } else {
            plain(cell);
        }
        const bool is_last = rest_.empty() || rest_.front() == '\n';
        if (!rest_.empty()) rest_.remove_prefix(1);
        if (is_last) break;
    }
    ++line_;
    return true;
}

/// Which column is which, as far as it is known yet.
struct Columns {
    std::optional<std::size_t> address;
    std::optional<std::size_t> subscription;
};

std::optional<std::size_t> find_address(const std::vector<std::string>& cells)
{
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (written_address(cells[i])) return i;
    return std::nullopt;
}

/// A row of titles has no address in it, and says which column has.
bool is_title_row(const std::vector<std::string>& cells, Columns& columns)
{
    if (find_address(cells)) return false;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (!columns.address && is_address_title(cells[i])) columns.address = i;
        if (title(cells[i]) == "subscription") columns.subscription = i;
    }
    return true;
}

/// "ann@example.net, bob@example.net": no table, but addresses beside each other.
bool has_only_addresses(const std::vector<std::string>& cells)
{
    return std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
        return trim(cell).empty() || written_address(cell);
    });
}

void read_csv(std::string_view text, char separator,
              const std::function<void(const RosterEntry&)>& use)
{
    CsvReader reader(text, separator);
    Columns columns;
    std::vector<std::string> cells;
    std::size_t line = 0;
    bool is_first = true;
    while (reader.next(cells, line)) {
        if (trim(reader.row_text()).empty()) continue;
        const bool may_be_titles = std::exchange(is_first, false);
        if (may_be_titles && is_title_row(cells, columns)) continue;
        RosterEntry entry{line, trim(reader.row_text()), std::nullopt, std::nullopt};
        if (!columns.address && has_only_addresses(cells)) {
            for (const std::string& cell : cells)
                if ((entry.address = written_address(cell))) use(entry);
            continue;
        }
        if (!columns.address) columns.address = find_address(cells);
        if (columns.address && *columns.address < cells.size())
            entry.address = written_address(cells[*columns.address]);
        if (columns.subscription && *columns.subscription < cells.size())
            entry.subscription = parse_subscription(cells[*columns.subscription]);
        use(entry);
    }
}

void read_lines(std::string_view text, const std::function<void(const RosterEntry&)>& use)
{
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view whole = line_at(text, at);
        const std::string_view line = trim(whole);
        at += whole.size() + 1;
        ++number;
        if (line.empty()) continue;
        RosterEntry entry{number, line, written_address(line), std::nullopt};
        const bool is_for_people = line.starts_with('#') || (number == 1 && is_address_title(line));
        if (!entry.address && is_for_people) continue;
        use(entry);
    }
}

/// The separator, if the first line that is not empty is a row of cells.
std::optional<char> separator_of(std::string_view text)
{
    std::string_view line;
    for (std::size_t at = 0; at < text.size() && trim(line).empty(); at += line.size() + 1)
        line = line_at(text, at);
    line = trim(line);
    if (line.starts_with('#') || written_address(line)) return std::nullopt;
    const std::size_t found = line.find_first_of(separators);
    if (found != std::string_view::npos) return line[found];
    return std::nullopt;
}

} // namespace

std::optional<std::string> written_address(std::string_view text)
{
    text = trim(text);
    if (text.ends_with('>')) {
        const std::size_t open = text.rfind('<');
        if (open == std::string_view::npos) return std::nullopt;
        text = text.substr(open + 1, text.size() - open - 2);
    }
    if (!is_8bit(text)) return subscriber_address(text);
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos) return std::nullopt;
    const auto domain = ascii_domain(text.substr(at + 1));
    if (!domain) return std::nullopt;
    return subscriber_address(cat(text.substr(0, at + 1), *domain));
}

void read_roster(std::string_view text, const std::function<void(const RosterEntry&)>& use)
{
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    if (const auto separator = separator_of(text))
        read_csv(text, *separator, use);
    else
        read_lines(text, use);
}

std::string roster_header(RosterFormat format)
{
    return format == RosterFormat::csv ? "address,subscription\n" : "";
}

std::string roster_line(RosterFormat format, std::string_view address, Subscription subscription)
{
    if (format == RosterFormat::lines) return cat(address, "\n");
    std::string cell;
    for (const char c : address)
        cell.append(c == '"' ? "\"\"" : std::string_view(&c, 1));
    const bool has_special = address.find_first_of("\",;") != std::string_view::npos;
    const std::string_view quote = has_special ? "\"" : "";
    return cat(quote, cell, quote, ",", name_of(subscription), "\n");
}

} // namespace mn::list

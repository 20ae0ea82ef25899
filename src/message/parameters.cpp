#include "message/parameters.hpp"

#include "base/text.hpp"
#include "message/any_text.hpp"
#include "message/encoded_word.hpp"
#include "message/scanner.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace mn
{
namespace
{

constexpr std::size_t max_value = 16384; // bytes of a field that are looked at
constexpr std::size_t max_parameters = 100;
constexpr std::size_t max_word = 100;

bool is_name_char(char c)
{
    return c > ' ' && c < '\x7f' &&
           std::string_view("()<>@,;:\\\"[]?=").find(c) == std::string_view::npos;
}

/// One "name*3*=value" as it stands there.
struct Piece {
    std::string name; ///< lower case
    std::optional<unsigned> number;
    bool is_extended = false; ///< with an alphabet, or at least with %XX [RFC2231 4]
    std::string value;
};

std::optional<unsigned> hex_digit(char c)
{
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

std::string without_percents(std::string_view text)
{
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
        const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
        const bool is_escape = text[i] == '%' && high && low;
        bytes.push_back(is_escape ? static_cast<char>(*high * 16 + *low) : text[i]);
        if (is_escape) i += 2;
    }
    return bytes;
}

std::string on_one_line(std::string text)
{
    std::replace_if(text.begin(), text.end(), is_control, ' ');
    return std::string(trim(text));
}

/// The star forms of a name. [RFC2231 3]
Piece named(std::string_view name)
{
    Piece piece;
    if (name.ends_with('*')) {
        piece.is_extended = true;
        name.remove_suffix(1);
    }
    const std::size_t star = name.rfind('*');
    if (star != std::string_view::npos) {
        const auto number = parse_number(name.substr(star + 1));
        if (number && *number < max_parameters) {
            piece.number = static_cast<unsigned>(*number);
            name = name.substr(0, star);
        }
    }
    piece.name = lower(name);
    return piece;
}

/// What stands there without quotes. Names of files may have spaces and parentheses, for programs
/// forget the quotes.
std::string take_bare(Scanner& scanner, std::string_view name)
{
    const std::string_view rest = scanner.take_while([](char c) { return c != ';'; });
    if (name.ends_with("name")) return std::string(trim(rest));
    return std::string(rest.substr(0, rest.find_first_of(" \t\r\n(")));
}

std::vector<Piece> take_pieces(Scanner& scanner)
{
    std::vector<Piece> pieces;
    while (pieces.size() < max_parameters && !scanner.at_end()) {
        scanner.take_while([](char c) { return c != ';'; });
        scanner.skip();
        if (!scanner.skip_comments()) break;
        Piece piece = named(scanner.take_while(is_name_char));
        if (!scanner.skip_comments()) break;
        if (piece.name.empty() || !scanner.take('=') || !scanner.skip_comments()) continue;
        auto quoted = scanner.take_quoted();
        piece.value = quoted ? std::move(*quoted) : take_bare(scanner, piece.name);
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

/// charset'language'text, with %XX. [RFC2231 4]
std::string extended_text(std::string_view value)
{
    const std::size_t first = value.find('\'');
    const std::size_t second =
        first == std::string_view::npos ? first : value.find('\'', first + 1);
    if (second == std::string_view::npos) return any_text("", without_percents(value));
    return any_text(value.substr(0, first), without_percents(value.substr(second + 1)));
}

std::string plain_text(std::string_view value)
{
    if (value.find("=?") != std::string_view::npos) return encoded_words::decode(value);
    return any_text("", value);
}

/// The pieces of that name, from 0 on until one is missing, put together.
std::string joined(const std::vector<Piece>& pieces, std::string_view name)
{
    std::vector<const Piece*> in_order(max_parameters, nullptr);
    for (const Piece& piece : pieces)
        if (piece.name == name && piece.number && in_order[*piece.number] == nullptr)
            in_order[*piece.number] = &piece;
    std::string text;
    bool is_extended = false;
    for (const Piece* piece : in_order) {
        if (piece == nullptr) break;
        // A percent sign in a piece that is not extended stands for itself.
        for (const char c : piece->value)
            text.append(is_extended && !piece->is_extended && c == '%' ? "%25" : std::string(1, c));
        is_extended = is_extended || piece->is_extended;
    }
    return is_extended ? extended_text(text) : plain_text(text);
}

/// An extended value is better than pieces, and those than a plain one, which is there for old
/// readers.
std::string value_of(const std::vector<Piece>& pieces, std::string_view name)
{
    const Piece* plain = nullptr;
    bool has_pieces = false;
    for (const Piece& piece : pieces) {
        if (piece.name != name) continue;
        if (piece.is_extended && !piece.number) return extended_text(piece.value);
        has_pieces = has_pieces || piece.number == 0U;
        if (!piece.is_extended && !piece.number && plain == nullptr) plain = &piece;
    }
    if (has_pieces) return joined(pieces, name);
    return plain == nullptr ? "" : plain_text(plain->value);
}

std::string take_word(Scanner& scanner)
{
    std::string word;
    while (scanner.skip_comments()) {
        const std::string_view part =
            scanner.take_while([](char c) { return c != ';' && c != '(' && !is_space(c); });
        if (part.empty()) break;
        word.append(part);
    }
    return lower(std::string_view(word).substr(0, max_word));
}

} // namespace

std::string_view find(const Parameters& parameters, std::string_view name)
{
    for (const auto& [known, value] : parameters)
        if (known == name) return value;
    return "";
}

FieldValue read_field_value(std::string_view value)
{
    Scanner scanner(value.substr(0, max_value));
    FieldValue field;
    field.word = take_word(scanner);
    const std::vector<Piece> pieces = take_pieces(scanner);
    for (const Piece& piece : pieces) {
        const auto is_known = [&](const auto& known) { return known.first == piece.name; };
        if (std::any_of(field.parameters.begin(), field.parameters.end(), is_known)) continue;
        field.parameters.emplace_back(piece.name, on_one_line(value_of(pieces, piece.name)));
    }
    return field;
}

} // namespace mn

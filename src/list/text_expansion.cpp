#include "list/text_expansion.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "list/text_file.hpp"
#include "message/charset.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mn::list
{
namespace
{

constexpr std::size_t max_wrap = 998;
constexpr std::size_t default_wrap = 76;

/// The character that "\uNNNN" at the beginning of the text means; empty if that is not there.
std::string unescaped(std::string_view text)
{
    if (!text.starts_with("\\u") || text.size() < 6) return {};
    char32_t character = 0;
    for (const char c : lower(text.substr(2, 4))) {
        const bool is_digit = c >= '0' && c <= '9';
        if (!is_digit && (c < 'a' || c > 'f')) return {};
        character = character * 16 + static_cast<char32_t>(is_digit ? c - '0' : c - 'a' + 10);
    }
    return character < 0x20 ? std::string(" ") : utf8_of(character);
}

std::string with_characters(std::string_view text)
{
    std::string result;
    while (!text.empty()) {
        const std::string escaped = unescaped(text);
        result += escaped.empty() ? std::string(text.substr(0, 1)) : escaped;
        text.remove_prefix(escaped.empty() ? 1 : 6);
    }
    return result;
}

struct Mark {
    std::string_view name;
    Piece::Kind kind;
};
constexpr Mark marks[] = {
    {"nowrap", Piece::Kind::nowrap},       {"ww", Piece::Kind::words},
    {"wordwrap", Piece::Kind::words},      {"cw", Piece::Kind::characters},
    {"charwrap", Piece::Kind::characters}, {"uw", Piece::Kind::by_hand},
    {"userwrap", Piece::Kind::by_hand},    {"thin", Piece::Kind::thin},
    {"wide", Piece::Kind::wide},
};

} // namespace

std::string Expansion::run(std::string_view text)
{
    frames_.push_back({.owned = {}, .text = text});
    while (!frames_.empty() && size() < max_expansion) {
        if (frames_.back().rest().empty()) {
            // What contains this text goes on, on the same line.
            frames_.pop_back();
            continue;
        }
        step();
    }
    if (has_anything_) end_line();
    std::string expanded = layout_.finish();
    expanded.resize(std::min(expanded.size(), max_expansion));
    return expanded;
}

void Expansion::step()
{
    has_anything_ = true;
    Frame& frame = frames_.back();
    switch (frame.rest().front()) {
    case '\n':
        ++frame.at;
        end_line();
        return;
    case '\\':
        take_escape();
        return;
    case '%':
        if (take_directive()) return;
        break;
    case '$':
        if (take_variable()) return;
        break;
    default:
        take_plain();
        return;
    }
    put(frames_.back().rest().substr(0, 1));
    ++frames_.back().at;
}

void Expansion::take_plain()
{
    Frame& frame = frames_.back();
    const std::size_t length = std::min(frame.rest().find_first_of("\n\\%$"), frame.rest().size());
    put(frame.rest().substr(0, length));
    frame.at += length;
}

void Expansion::end_line()
{
    may_vanish_ = may_vanish_ || !is_active();
    if (!items_.empty())
        put_items();
    else
        layout_.add_line(pieces_, {.indent = line_indent_, .vanishes = may_vanish_});
    pieces_.clear();
    items_.clear();
    may_vanish_ = !is_active();
    has_anything_ = false;
    line_is_blank_ = true;
    line_size_ = 0;
    line_indent_ = frames_.empty() ? 0 : frames_.back().indent;
}

void Expansion::drop_rest_of_line()
{
    Frame& frame = frames_.back();
    frame.at += std::min(frame.rest().find('\n'), frame.rest().size());
}

/// \\ \uNNNN \<space> \/ \=
void Expansion::take_escape()
{
    Frame& frame = frames_.back();
    const std::string_view rest = frame.rest();
    const char next = rest.size() > 1 ? rest[1] : '\n';
    if (next == '\n') { // a backslash at the end of a line: nothing
        ++frame.at;
        return;
    }
    frame.at += 2;
    if (!is_active()) return;
    if (next == ' ') {
        mark(Piece::Kind::hard_space);
    } else if (next == '/') {
        mark(Piece::Kind::may_break);
    } else if (next == '=') {
        mark(Piece::Kind::no_break);
    } else if (const auto escaped = unescaped(rest); !escaped.empty()) {
        put(escaped);
        frame.at += 4;
    } else {
        frame.at -= 1; // any other character stands for itself, "\" too
        const std::size_t size = std::max<std::size_t>(utf8::length(frame.rest()), 1);
        put(frame.rest().substr(0, size));
        frame.at += size;
    }
}

bool Expansion::take_directive()
{
    Frame& frame = frames_.back();
    const std::string_view rest = frame.rest();
    const std::size_t end = rest.find_first_of("%\n", 1);
    if (end == std::string_view::npos || rest[end] != '%') return false;
    const std::string_view inside = rest.substr(1, end - 1);
    const std::size_t name_end = std::min(inside.find_first_of(" \t"), inside.size());
    const Directive directive = {.name = inside.substr(0, name_end),
                                 .rest = inside.substr(name_end),
                                 .words = split_words(inside.substr(name_end))};
    const std::size_t before = frame.at;
    const bool could_vanish = std::exchange(may_vanish_, true);
    frame.at += end + 1; // first, for some go on elsewhere
    if (inside.empty()) {
        put("%");
        may_vanish_ = could_vanish;
        return true;
    }
    if (obey_condition(directive) || obey_mark(directive) || obey_insertion(directive)) return true;
    frame.at = before;
    may_vanish_ = could_vanish;
    return false;
}

// ---- conditions

bool Expansion::holds(std::string_view kind, const std::vector<std::string_view>& words) const
{
    const auto is_one = [&](std::string_view value) {
        return std::find(words.begin(), words.end(), value) != words.end();
    };
    const auto has_file = [&](std::string_view name) { return has_control(*values_.list, name); };
    const Occasion& occasion = values_.occasion;
    if (kind == "ifaction") return is_one(occasion.action);
    if (kind == "ifreason") return is_one(occasion.reason);
    if (kind == "iftype") return is_one(occasion.type);
    if (kind == "ifnaction") return !is_one(occasion.action);
    if (kind == "ifnreason") return !is_one(occasion.reason);
    if (kind == "ifntype") return !is_one(occasion.type);
    if (kind == "ifcontrol") return std::any_of(words.begin(), words.end(), has_file);
    return !std::all_of(words.begin(), words.end(), has_file); // ifncontrol
}

bool Expansion::obey_condition(const Directive& directive)
{
    static constexpr std::string_view kinds[] = {"ifaction",  "ifreason",  "iftype",  "ifcontrol",
                                                 "ifnaction", "ifnreason", "ifntype", "ifncontrol"};
    if (std::find(std::begin(kinds), std::end(kinds), directive.name) != std::end(kinds)) {
        if (directive.words.empty()) return false;
        const bool is_met = is_active() && holds(directive.name, directive.words);
        conditions_.push_back({.is_met = is_met, .is_outer_met = is_active()});
        return true;
    }
    if (conditions_.empty() || !directive.words.empty()) return false;
    if (directive.name == "endif") {
        end_condition();
        return true;
    }
    if (directive.name != "else") return false;
    conditions_.back().is_met = !conditions_.back().is_met;
    conditions_.back().has_else = true;
    return true;
}

void Expansion::end_condition()
{
    const Condition ended = conditions_.back();
    conditions_.pop_back();
    const bool left_a_hole = ended.is_outer_met && !ended.is_met && !ended.has_else;
    if (left_a_hole && line_is_blank_) layout_.remove_blank_line();
}

// ---- marks

bool Expansion::obey_mark(const Directive& directive)
{
    const bool has_words = !directive.words.empty();
    const auto* const found =
        std::find_if(std::begin(marks), std::end(marks),
                     [&](const Mark& one) { return one.name == directive.name; });
    if (found != std::end(marks) && !has_words) {
        if (is_active()) mark(found->kind);
    } else if (directive.name == "wrap") {
        const auto width = has_words ? parse_number(directive.words.front()) : default_wrap;
        if (directive.words.size() > 1 || !width || *width == 0) return false;
        if (is_active()) mark(Piece::Kind::wrap, std::min<std::size_t>(*width, max_wrap));
    } else if (directive.name == "zero" && has_words) {
        if (is_active()) pieces_.push_back({Piece::Kind::zero, with_characters(directive.rest)});
    } else if (directive.name == "^" && !has_words) {
        if (is_active()) start_line_here();
    } else if ((directive.name == "comment" || directive.name == "$") && !has_words) {
        if (is_active()) drop_rest_of_line();
    } else {
        return false;
    }
    return true;
}

void Expansion::start_line_here()
{
    std::erase_if(pieces_, [](const Piece& piece) {
        return piece.kind == Piece::Kind::text || piece.kind == Piece::Kind::hard_space;
    });
    items_.clear();
    line_is_blank_ = true;
}

std::string expand(std::string_view text, const TextValues& values)
{
    return Expansion(values).run(text);
}

} // namespace mn::list

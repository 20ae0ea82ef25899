#include "list/text_expansion.hpp"

#include "base/random.hpp"
#include "base/text.hpp"
#include "list/text_file.hpp"
#include "message/charset.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

constexpr std::size_t max_depth = 16;     ///< texts in texts
constexpr std::size_t max_included = 500; ///< texts, all in all
constexpr std::size_t max_indent = 200;   ///< of what is put in, by what stands before it
constexpr std::size_t reserve = std::size_t{1} << 20; ///< of max_expansion, for what comes after

/// Fit to stand in our mail: UTF-8 without control characters, on one line if it has to be.
std::string clean(std::string_view value, bool on_one_line)
{
    std::string text = valid_utf8(value);
    for (char& c : text) {
        const bool may_stay = (c == '\n' || c == '\t') && !on_one_line;
        if (is_control(c) && !may_stay) c = ' ';
    }
    return text;
}

std::string_view without_last_newline(std::string_view text)
{
    if (text.ends_with('\n')) text.remove_suffix(1);
    return text;
}

/// The first lines of a text.
std::string_view first_lines(std::string_view text, std::uint64_t count)
{
    std::size_t end = 0;
    for (; count > 0 && end < text.size(); --count)
        end = std::min(text.find('\n', end), text.size() - 1) + 1;
    return text.substr(0, end);
}

/// Variables that are nothing but an address of the list.
struct ListAddress {
    std::string_view name, extension;
};
constexpr ListAddress list_addresses[] = {
    {"listaddr", ""},
    {"listowner", "owner"},
    {"helpaddr", "help"},
    {"faqaddr", "faq"},
    {"listgetN", "get-N"},
    {"listsubaddr", "subscribe"},
    {"listunsubaddr", "unsubscribe"},
    {"digestsubaddr", "subscribe-digest"},
    {"digestunsubaddr", "unsubscribe-digest"},
    {"nomailsubaddr", "subscribe-nomail"},
    {"nomailunsubaddr", "unsubscribe-nomail"},
};

/// Old names, and what they are called now.
struct OldVariable {
    std::string_view name, now;
};
constexpr OldVariable old_variables[] = {
    {"confaddr", "confirmaddr"}, {"moderateaddr", "releaseaddr"}, {"moderateaddr", "permitaddr"},
    {"newsub", "subaddr"},       {"oldsub", "subaddr"},           {"listsubs", "normalsubs"},
    {"normalsubs", "listsubs"},  {"gatekeepers", "moderators"},   {"moderators", "gatekeepers"},
    {"confirmaddr", "confaddr"}, {"releaseaddr", "moderateaddr"}, {"permitaddr", "moderateaddr"},
};

/// Look up a name, or another name for the same thing.
template <typename Map>
auto find_by_any_name(const Map& map, std::string_view name)
{
    auto found = map.find(name);
    for (const OldVariable& old : old_variables)
        if (found == map.end() && old.name == name) found = map.find(old.now);
    return found;
}

} // namespace

void Expansion::put(std::string_view text)
{
    if (!is_active() || text.empty()) return;
    if (size() + text.size() > max_expansion) {
        line_size_ = max_expansion; // no more of this, and no more after it
        return;
    }
    line_size_ += text.size();
    line_is_blank_ = line_is_blank_ && trim(text).empty();
    if (pieces_.empty() || pieces_.back().kind != Piece::Kind::text) mark(Piece::Kind::text);
    pieces_.back().text += text;
}

std::size_t Expansion::width_so_far() const
{
    std::size_t width = line_indent_;
    for (const Piece& piece : pieces_)
        if (piece.kind == Piece::Kind::text) width += piece.text.size();
    return std::min(width, max_indent);
}

// ---- $variables$

bool Expansion::take_variable()
{
    Frame& frame = frames_.back();
    const std::string_view rest = frame.rest();
    const std::size_t end = rest.find_first_of("$\n", 1);
    if (!is_active() || end == std::string_view::npos || rest[end] != '$') return false;
    const std::string_view inside = rest.substr(1, end - 1);
    const std::size_t before = frame.at;
    frame.at += end + 1;
    if (inside.empty()) {
        put("$");
    } else if (inside.starts_with("text ")) {
        if (include(trim(inside.substr(5)), false)) return true;
        frame.at = before;
    } else if (inside == "originalmail") {
        put(" ");
        if (put_original("100")) return true;
        frame.at = before;
    } else if (const auto value = value_of(inside)) {
        put_value(*value);
    } else {
        frame.at = before;
    }
    return frame.at != before;
}

std::optional<std::string> Expansion::value_of(std::string_view name)
{
    const List& list = *values_.list;
    if (const auto found = find_by_any_name(values_.values, name); found != values_.values.end())
        return found->second;
    if (name == "list") return list.address().local;
    if (name == "list+") return cat(list.address().local, list.delimiter());
    if (name == "domain") return list.address().domain;
    for (const ListAddress& one : list_addresses)
        if (one.name == name) return list.address_for(one.extension);
    if (name.starts_with("control ")) {
        auto content = read_control(list, trim(name.substr(8)));
        if (content) content = std::string(without_last_newline(*content));
        return content;
    }
    if (name.starts_with("random") && name.size() == 7 && name[6] >= '0' && name[6] <= '5') {
        std::string& random = random_[static_cast<std::size_t>(name[6] - '0')];
        if (random.empty()) random = hex(random_bits());
        return random;
    }
    return joined_items(name);
}

std::optional<std::string> Expansion::joined_items(std::string_view name) const
{
    const auto source = find_by_any_name(values_.sources, name);
    if (source == values_.sources.end()) return std::nullopt;
    std::string text;
    source->second([&](std::string_view item) {
        if (text.size() < max_expansion) text += cat(text.empty() ? "" : "\n", item);
    });
    return text;
}

void Expansion::put_value(std::string_view value)
{
    if (size() >= max_expansion - reserve) return;
    const std::string text = clean(value, layout_.in_header());
    std::string_view rest = text;
    while (!rest.empty() && size() < max_expansion - reserve) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        put(rest.substr(0, end));
        if (end == rest.size()) break;
        rest.remove_prefix(end + 1);
        end_line();
        has_anything_ = true;
    }
}

// ---- %insertions%

bool Expansion::obey_insertion(const Directive& directive)
{
    const std::size_t words = directive.words.size();
    const bool is_text = directive.name == "text";
    if ((is_text || directive.name == "control") && words == 1) {
        const std::string_view name = directive.words.front();
        if (!is_active()) return true;
        if (!is_text_name(name)) return false;
        if (is_text && include(name, true)) return true;
        const auto content = is_text ? std::nullopt : read_control(*values_.list, name);
        put_block(clean(without_last_newline(content.value_or("")), layout_.in_header()));
        return true;
    }
    if (directive.name == "originalmail" && words <= 1)
        return !is_active() || put_original(words == 0 ? "" : directive.words.front());
    const auto source = find_by_any_name(values_.sources, directive.name);
    if (words > 0 || source == values_.sources.end()) return false;
    if (is_active() && items_.empty()) {
        items_ = source->first;
        items_at_ = pieces_.size();
        mark(Piece::Kind::text); // what follows is a piece of its own
    }
    return true;
}

/// The text of that name is read next. As a block, it ends the line it stands on.
bool Expansion::include(std::string_view name, bool is_block)
{
    if (frames_.size() >= max_depth || ++included_ > max_included) return false;
    const auto text = read_text(*values_.list, *values_.directories, name);
    if (!text) return false;
    const std::size_t indent = is_block ? width_so_far() : frames_.back().indent;
    if (is_block) drop_rest_of_line();
    frames_.push_back({.owned = std::string(without_last_newline(*text)), .indent = indent});
    frames_.back().text = frames_.back().owned;
    return true;
}

bool Expansion::put_original(std::string_view limit)
{
    if (values_.original_mail.data() == nullptr) return false;
    std::string_view mail = values_.original_mail;
    if (!limit.empty()) {
        const auto lines = parse_number(limit);
        if (!lines) return false;
        mail = first_lines(mail, *lines);
    }
    layout_.end_paragraph();
    // Byte for byte, but for the header of our own mail.
    if (layout_.in_header())
        put_block(clean(mail, true));
    else
        put_block(without_last_newline(mail));
    return true;
}

/// Second and later lines begin under the first; what follows on the line is left out.
void Expansion::put_block(std::string_view block)
{
    drop_rest_of_line();
    const std::size_t indent = width_so_far();
    std::string_view rest = block;
    while (size() < max_expansion - reserve) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        put(rest.substr(0, std::min(end, max_expansion - reserve - size())));
        if (end == rest.size()) break;
        rest.remove_prefix(end + 1);
        may_vanish_ = false;
        end_line();
        may_vanish_ = false;
        line_indent_ = indent;
    }
    // The line end that follows is that of the text, and ends the last line.
    has_anything_ = true;
}

/// The line once for each item.
void Expansion::put_items()
{
    const std::string name = std::move(items_);
    items_.clear();
    const auto source = values_.sources.find(name);
    const auto middle = pieces_.begin() + static_cast<std::ptrdiff_t>(items_at_);
    const std::vector<Piece> before(pieces_.begin(), middle);
    const std::vector<Piece> after(middle, pieces_.end());
    const std::size_t indent = line_indent_;
    std::size_t hang = indent;
    for (const Piece& piece : before)
        hang += piece.text.size();
    hang = std::min(hang, max_indent);
    layout_.end_paragraph();
    source->second([&](std::string_view item) {
        if (layout_.size() > max_expansion - reserve) return;
        std::vector<Piece> line = before;
        const std::string text = clean(item, layout_.in_header());
        std::string_view rest = text;
        std::size_t this_indent = indent;
        for (std::size_t end = rest.find('\n'); end != std::string_view::npos;
             end = rest.find('\n')) {
            line.push_back({Piece::Kind::text, std::string(rest.substr(0, end))});
            layout_.add_line(line, {.indent = this_indent});
            line.clear();
            this_indent = hang;
            rest.remove_prefix(end + 1);
        }
        line.push_back({Piece::Kind::text, std::string(rest)});
        line.insert(line.end(), after.begin(), after.end());
        layout_.add_line(line, {.indent = this_indent});
        layout_.end_paragraph();
    });
}

} // namespace mn::list

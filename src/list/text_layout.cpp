#include "list/text_layout.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

bool is_blank(std::string_view text)
{
    return trim(text).empty();
}

/// Does anything of this line show?
bool shows(std::span<const Piece> pieces)
{
    return std::any_of(pieces.begin(), pieces.end(), [](const Piece& piece) {
        return piece.kind == Piece::Kind::hard_space ||
               (piece.kind == Piece::Kind::text && !is_blank(piece.text));
    });
}

bool has_marks(std::span<const Piece> pieces)
{
    return std::any_of(pieces.begin(), pieces.end(),
                       [](const Piece& piece) { return piece.kind != Piece::Kind::text; });
}

/// Calls back with each character and its bytes.
template <typename Use>
void for_each_character(std::string_view text, const Use& use)
{
    while (!text.empty()) {
        const std::size_t size = utf8::length(text);
        const std::string_view bytes = text.substr(0, std::max<std::size_t>(size, 1));
        use(bytes, size == 0 ? U'\xFFFD' : utf8::decode(bytes));
        text.remove_prefix(bytes.size());
    }
}

} // namespace

void TextLayout::emit(std::string_view line)
{
    text_ += line;
    text_ += '\n';
    ends_in_blank_line_ = line.empty() && header_end_ != 0;
    if (header_end_ == 0 && line.empty()) header_end_ = text_.size();
}

void TextLayout::end_paragraph()
{
    if (!line_.empty()) emit(line_);
    line_.clear();
    pending_.clear();
    has_break_ = false;
    is_wrapping_ = false;
}

void TextLayout::remove_blank_line()
{
    if (line_.empty() && ends_in_blank_line_) text_.pop_back();
    ends_in_blank_line_ = false;
}

std::string TextLayout::finish()
{
    end_paragraph();
    return std::move(text_);
}

void TextLayout::add_line(std::span<const Piece> pieces, const LineOptions& options)
{
    const bool is_empty = !shows(pieces);
    if (is_empty && !options.vanishes && !has_marks(pieces)) {
        end_paragraph();
        std::string line;
        for (const Piece& piece : pieces)
            line += piece.text;
        emit(in_header() ? "" : line);
        return;
    }
    line_indent_ = options.indent;
    before_wrap_ = 0;
    is_at_line_start_ = true;
    is_break_forbidden_ = false;
    for (const Piece& piece : pieces)
        apply(piece, !is_empty);
    if (!is_wrapping_) {
        // Also what a nowrap has ended on a line that shows nothing else.
        if (!line_.empty()) emit(line_);
        line_.clear();
    } else if (mode_ == Mode::words && !line_.empty() && !is_empty) {
        add_space(' '); // what joins this line and the next
        pending_ = " ";
    }
}

void TextLayout::apply(const Piece& piece, bool keeps_text)
{
    switch (piece.kind) {
    case Piece::Kind::text:
        if (keeps_text)
            add_text(piece.text);
        else
            before_wrap_ += piece.text.size();
        break;
    case Piece::Kind::hard_space:
        add_character(" ", U' ');
        break;
    case Piece::Kind::may_break:
        if (!is_wrapping_) break;
        allow_break(line_.size(), width_ + pending_.size());
        take_pending();
        break_end_ = line_.size();
        break;
    case Piece::Kind::no_break:
        is_break_forbidden_ = true;
        break;
    case Piece::Kind::wrap:
        start_wrap(piece.number);
        break;
    case Piece::Kind::nowrap:
        is_wrapping_ = false;
        has_break_ = false;
        pending_.clear();
        break;
    case Piece::Kind::words:
        mode_ = Mode::words;
        break;
    case Piece::Kind::characters:
        mode_ = Mode::characters;
        break;
    case Piece::Kind::by_hand:
        mode_ = Mode::by_hand;
        break;
    case Piece::Kind::thin:
        is_wide_ = false;
        break;
    case Piece::Kind::wide:
        is_wide_ = true;
        break;
    case Piece::Kind::zero:
        for_each_character(piece.text, [&](std::string_view bytes, char32_t character) {
            if (bytes.size() > 1) zero_.insert(character);
        });
        break;
    }
}

void TextLayout::begin_line()
{
    if (!line_.empty()) return;
    width_ = is_wrapping_ ? std::max(indent_, line_indent_) : line_indent_;
    line_.assign(width_, ' ');
}

void TextLayout::start_wrap(std::size_t width)
{
    if (is_wrapping_)
        indent_ = width_ + pending_.size();
    else
        indent_ = line_.empty() ? line_indent_ + before_wrap_ : width_of(line_);
    // An indent may be the width of something inserted.
    indent_ = std::min(indent_, width - 1);
    width_ = is_wrapping_ ? width_ : width_of(line_);
    if (!is_wrapping_) has_break_ = false;
    limit_ = width;
    is_wrapping_ = true;
}

std::size_t TextLayout::width_of(char32_t character) const
{
    if (character < 0x80) return 1;
    if (zero_.contains(character)) return 0;
    return is_wide_ ? 2 : 1;
}

std::size_t TextLayout::width_of(std::string_view text) const
{
    std::size_t width = 0;
    for_each_character(text,
                       [&](std::string_view, char32_t character) { width += width_of(character); });
    return width;
}

void TextLayout::add_text(std::string_view text)
{
    if (!is_wrapping_) {
        if (text.empty()) return;
        begin_line();
        line_ += text;
        return;
    }
    for_each_character(text, [&](std::string_view bytes, char32_t character) {
        if (character == U' ' || character == U'\t')
            add_space(bytes.front());
        else
            add_character(bytes, character);
    });
}

void TextLayout::add_space(char space)
{
    if (is_at_line_start_) return;
    if (mode_ == Mode::by_hand) {
        add_character({&space, 1}, U' ');
        return;
    }
    // A line has room for the space after its last word: this is how mlmmj counts.
    if (pending_.empty() && width_ + 1 > limit_) break_line();
    pending_ += space;
}

void TextLayout::take_pending()
{
    width_ += pending_.size();
    line_ += pending_;
    pending_.clear();
}

void TextLayout::allow_break(std::size_t begin, std::size_t width)
{
    if (line_.empty()) return;
    has_break_ = true;
    break_begin_ = begin;
    break_end_ = begin + pending_.size();
    width_at_break_ = width;
}

void TextLayout::add_character(std::string_view bytes, char32_t character)
{
    if (!is_wrapping_) {
        add_text(bytes);
        return;
    }
    begin_line();
    is_at_line_start_ = false;
    const bool is_foreign = mode_ == Mode::characters && (character >= 0x80 || previous_ >= 0x80);
    if (!is_break_forbidden_ && (!pending_.empty() || is_foreign))
        allow_break(line_.size(), width_ + pending_.size());
    is_break_forbidden_ = false;
    take_pending();
    line_ += bytes;
    width_ += width_of(character);
    previous_ = character;
    const bool may_end_here = mode_ == Mode::characters && character >= 0x80;
    if (width_ + (may_end_here ? 1 : 0) > limit_) break_line();
}

void TextLayout::break_line()
{
    if (!has_break_) return;
    has_break_ = false;
    const std::size_t indent = std::max(indent_, line_indent_);
    emit(std::string_view(line_).substr(0, break_begin_));
    line_ = std::string(indent, ' ') + line_.substr(break_end_);
    width_ = indent + width_ - width_at_break_;
}

} // namespace mn::list

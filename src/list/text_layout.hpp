// The lines of a list text on their way out: paragraphs filled to a width, blank lines counted.
//
//   TextLayout layout;
//   layout.add_line({{Piece::Kind::wrap, "", 76}, {Piece::Kind::text, "many words …"}}, {});
//   const std::string text = layout.finish();
//
// Gets source lines as pieces: text, and marks that change how it is filled. Knows nothing of files
// and variables. Text is UTF-8; bytes that are not, are one wide each. Linear in time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace mn::list
{

/// A part of a source line.
struct Piece {
    enum class Kind : std::uint8_t {
        text,
        hard_space, ///< no line is broken here
        may_break,  ///< nothing, but a line may be broken here
        no_break,   ///< nothing, and no line is broken here
        wrap,       ///< fill from here on; number: the width
        nowrap,
        words,      ///< break at spaces
        characters, ///< break at spaces and at every character that is not ASCII
        by_hand,    ///< break where may_break is
        thin,       ///< characters that are not ASCII are one wide
        wide,       ///< or two
        zero,       ///< those in text are none
    };
    Kind kind = Kind::text;
    std::string text = {};
    std::size_t number = 0;
};

class TextLayout
{
public:
    struct LineOptions {
        std::size_t indent = 0; ///< spaces before the line, when it begins an output line
        bool vanishes = false;  ///< if there is nothing but white space in it: marks only
    };
    /// One line of a text, without its line end.
    void add_line(std::span<const Piece> pieces, const LineOptions& options);

    /// Ends a paragraph that is being filled.
    void end_paragraph();

    /// The first blank line is still to come.
    bool in_header() const { return header_end_ == 0; }

    /// If what there is ends with a blank line, other than the one after the header, it goes; of
    /// several only one.
    void remove_blank_line();

    std::size_t size() const { return text_.size() + line_.size(); }

    std::string finish();

private:
    enum class Mode : std::uint8_t { words, characters, by_hand };

    void apply(const Piece& piece, bool keeps_text);
    void begin_line();
    void add_text(std::string_view text);
    void add_space(char space);
    void add_character(std::string_view bytes, char32_t character);
    void take_pending();
    void allow_break(std::size_t begin, std::size_t width);
    void break_line();
    void start_wrap(std::size_t width);
    void emit(std::string_view line);
    std::size_t width_of(char32_t character) const;
    std::size_t width_of(std::string_view text) const;

    std::string text_;                ///< complete lines
    std::size_t header_end_ = 0;      ///< behind the first blank line
    bool ends_in_blank_line_ = false; ///< other than that one
    std::string line_;                ///< the output line that is being made
    std::size_t line_indent_ = 0;     ///< of the source line that is being added
    std::size_t before_wrap_ = 0;     ///< white space before a wrap on a line that vanishes

    bool is_wrapping_ = false;
    Mode mode_ = Mode::words;
    bool is_wide_ = false;
    std::set<char32_t> zero_;
    std::size_t limit_ = 0;
    std::size_t indent_ = 0; ///< of second and later lines of the paragraph

    // Only while wrapping:
    std::size_t width_ = 0;           ///< of line_
    std::string pending_;             ///< white space after line_, if anything follows
    bool is_at_line_start_ = false;   ///< of the source line
    char32_t previous_ = 0;           ///< the character at the end of line_
    bool is_break_forbidden_ = false; ///< before the next character
    bool has_break_ = false;          ///< the last place where line_ may be broken:
    std::size_t break_begin_ = 0;     ///< the line would end here
    std::size_t break_end_ = 0;       ///< the next line would begin with this
    std::size_t width_at_break_ = 0;  ///< of line_ up to break_end_
};

} // namespace mn::list

// One list text while it is filled in: text.hpp is the door, this is behind it.
//
//   return Expansion(values).run(text);
//
// Reads the text and those it includes from left to right, keeps the conditions that are open, and
// hands each source line to the layout. What is put in goes there directly, past the reader.
#pragma once

#include "list/text.hpp"
#include "list/text_layout.hpp"

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

class Expansion
{
public:
    explicit Expansion(const TextValues& values) : values_(values) {}

    std::string run(std::string_view text);

private:
    /// A text that is being read.
    struct Frame {
        std::string owned = {}; ///< what an included text is in
        std::string_view text = {};
        std::size_t at = 0;
        std::size_t indent = 0; ///< of its second and later lines

        std::string_view rest() const { return text.substr(at); }
    };

    /// An %if…% that has no %endif% yet.
    struct Condition {
        bool is_met = false;
        bool has_else = false;
        bool is_outer_met = true; ///< everything around it
    };

    struct Directive {
        std::string_view name;
        std::string_view rest; ///< what follows the name, as it stands
        std::vector<std::string_view> words;
    };

    bool is_active() const { return conditions_.empty() || is_met(conditions_.back()); }
    static bool is_met(const Condition& one) { return one.is_met && one.is_outer_met; }

    void step();
    void take_plain();
    void take_escape();
    bool take_directive();
    bool take_variable();
    void end_line();

    bool obey(const Directive& directive);
    bool obey_condition(const Directive& directive);
    bool obey_mark(const Directive& directive);
    bool obey_insertion(const Directive& directive);
    bool holds(std::string_view kind, const std::vector<std::string_view>& words) const;
    void end_condition();
    void start_line_here();

    std::optional<std::string> value_of(std::string_view name);
    std::optional<std::string> joined_items(std::string_view name) const;
    void put(std::string_view text);
    void put_value(std::string_view value);
    void put_block(std::string_view block);
    bool include(std::string_view name, bool is_block);
    bool put_original(std::string_view limit);
    void put_items();
    void drop_rest_of_line();
    std::size_t width_so_far() const;
    std::size_t size() const { return layout_.size() + line_size_; }
    void mark(Piece::Kind kind, std::size_t number = 0) { pieces_.push_back({kind, {}, number}); }

    const TextValues& values_;
    TextLayout layout_;
    std::deque<Frame> frames_; ///< the innermost last; a deque, for texts must not move
    std::vector<Condition> conditions_;
    std::array<std::string, 6> random_;
    std::size_t included_ = 0;

    // The source line that is being read:
    std::vector<Piece> pieces_;
    std::size_t line_indent_ = 0;
    bool may_vanish_ = false;   ///< has a directive, or a part that is left out
    bool has_anything_ = false; ///< of it has been read
    bool line_is_blank_ = true; ///< so far
    std::size_t line_size_ = 0; ///< of the text in pieces_
    std::string items_;         ///< the source that this line is repeated for
    std::size_t items_at_ = 0;  ///< its place among the pieces
};

} // namespace mn::list

// Read a structured field from left to right: comments, quoted strings, and what stands between.
//
//   Scanner scanner(value);
//   scanner.skip_comments();
//   const auto word = scanner.take_while(is_atom_char);
//
// Knows what structured fields have in common [RFC5322 3.2] and nothing of any one of them.
// Comments may be nested to any depth: it is counted, not followed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mn
{

class Scanner
{
public:
    /// text: must outlive the object.
    explicit Scanner(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }

    /// The next byte; NUL at the end.
    char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

    /// What has not been read yet.
    std::string_view rest() const { return rest_; }

    /// Go past this byte if it is the next.
    bool take(char wanted);

    /// Go past the next byte, whatever it is.
    void skip() { rest_.remove_prefix(rest_.empty() ? 0 : 1); }

    /// White space, line ends of folds and comments [RFC5322 3.2.2]. False, standing at the opening
    /// parenthesis, when a comment has no end. comment: gets what the last one holds.
    bool skip_comments(std::string* comment = nullptr);

    /// The content of a quoted string [RFC5322 3.2.4], without quotes and backslashes; nothing, and
    /// nothing read, when it does not begin here or never ends.
    std::optional<std::string> take_quoted();

    template <typename Predicate>
    std::string_view take_while(Predicate is_wanted)
    {
        std::size_t length = 0;
        while (length < rest_.size() && is_wanted(rest_[length]))
            ++length;
        const std::string_view taken = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return taken;
    }

private:
    bool skip_comment(std::string* comment);

    std::string_view rest_;
};

} // namespace mn

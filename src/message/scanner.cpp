#include "message/scanner.hpp"

#include "base/text.hpp"

namespace mn
{

bool Scanner::take(char wanted)
{
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
}

bool Scanner::skip_comments(std::string* comment)
{
    for (;;) {
        take_while([](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
        if (peek() != '(') return true;
        if (!skip_comment(comment)) return false;
    }
}

bool Scanner::skip_comment(std::string* comment)
{
    std::string content;
    std::size_t depth = 0;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
        const char c = rest_[i];
        if (c == ')' && --depth == 0) {
            rest_.remove_prefix(i + 1);
            if (comment != nullptr) *comment = std::move(content);
            return true;
        }
        if (c == '\\' && i + 1 < rest_.size()) ++i;
        if (c == '(' && depth++ == 0) continue;
        if (comment != nullptr) content.push_back(rest_[i]);
    }
    return false;
}

std::optional<std::string> Scanner::take_quoted()
{
    if (peek() != '"') return std::nullopt;
    std::string content;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
        if (rest_[i] == '"') {
            rest_.remove_prefix(i + 1);
            return content;
        }
        if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
        // A fold is white space, its line end is not part of the text.
        if (rest_[i] != '\r' && rest_[i] != '\n') content.push_back(rest_[i]);
    }
    return std::nullopt;
}

} // namespace mn

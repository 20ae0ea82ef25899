#include "archive/query.hpp"

#include "base/case_fold.hpp"
#include "base/cgi.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace mn::archive
{
namespace
{

/// White space and control characters as single spaces, those of C1 too; none at the ends.
std::string tidied(std::string_view text)
{
    std::string tidy;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8::length(text.substr(at));
        const std::string_view letter = text.substr(at, length);
        const char32_t character = utf8::decode(letter);
        at += length;
        const bool is_blank = character <= U' ' || (character >= U'\x7f' && character <= U'\xa0');
        if (!is_blank)
            tidy += letter;
        else if (!tidy.empty() && !tidy.ends_with(' '))
            tidy += ' ';
    }
    if (tidy.ends_with(' ')) tidy.pop_back();
    return tidy;
}

/// text: tidied. A quote that is not closed reaches to the end.
std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    while (!text.empty()) {
        const bool is_quoted = text.front() == '"';
        if (is_quoted) text.remove_prefix(1);
        const std::size_t end = std::min(text.find_first_of(is_quoted ? "\"" : " \""), text.size());
        std::string word(trim(text.substr(0, end)));
        fold_case(word);
        const bool is_new = std::find(words.begin(), words.end(), word) == words.end();
        if (!word.empty() && is_new) words.push_back(std::move(word));
        // The quote that begins the next word stays.
        const bool is_used = end < text.size() && (is_quoted || text[end] == ' ');
        text.remove_prefix(end + (is_used ? 1 : 0));
    }
    return words;
}

} // namespace

std::optional<Query> query_of(std::string_view text)
{
    if (text.size() > max_query_string || !utf8::is_valid(text)) return std::nullopt;
    Query query;
    query.text = tidied(text);
    query.words = words_of(query.text);
    if (query.words.size() > max_words) return std::nullopt;
    return query;
}

std::optional<Query> parse_query(std::string_view query_string)
{
    if (query_string.size() > max_query_string) return std::nullopt;
    std::string text;
    std::uint64_t page = 1;
    for (const std::string_view pair : split(query_string, '&')) {
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const std::string_view name = pair.substr(0, equals);
        const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
        if (name == "q") text = cgi::decoded(value);
        if (name == "page") page = parse_number(value).value_or(0);
    }
    if (page < 1 || page > max_page) return std::nullopt;
    auto query = query_of(text);
    if (query) query->page = static_cast<unsigned>(page);
    return query;
}

std::string query_string_of(const Query& query, unsigned page)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string text = "q=";
    for (const char c : query.text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
        if (is_plain)
            text += c;
        else if (c == ' ')
            text += '+';
        else
            text += {'%', digits[byte >> 4], digits[byte & 15U]};
    }
    if (page > 1) text += cat("&page=", std::to_string(page));
    return text;
}

} // namespace mn::archive

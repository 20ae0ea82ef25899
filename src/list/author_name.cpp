#include "list/author_name.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "message/author.hpp"
#include "message/encoded_word.hpp"
#include "message/scanner.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

constexpr std::size_t max_name = 100; // bytes
/// What is behind these bytes is no name; and each open comment costs a look at all that is left.
constexpr std::size_t max_phrase = 2000;

bool is_word_char(char c)
{
    return !is_space(c) && std::string_view("\"(<").find(c) == std::string_view::npos;
}

/// What stands before "<"; without "<", the last comment.
std::string phrase_of(std::string_view value)
{
    Scanner scanner(value.substr(0, max_phrase));
    std::string phrase;
    std::string comment;
    for (;;) {
        if (!scanner.skip_comments(&comment)) scanner.skip();
        if (scanner.peek() == '<') return phrase;
        if (scanner.at_end()) return comment;
        auto quoted = scanner.take_quoted();
        std::string word =
            quoted ? std::move(*quoted) : std::string(scanner.take_while(is_word_char));
        if (!quoted && word.empty()) scanner.skip(); // a quote that never ends
        phrase.append(cat(phrase.empty() ? "" : " ", word));
    }
}

/// Fit for one line, and not too long; no character cut in two.
std::string tidy(std::string_view text)
{
    std::string name;
    for (const std::string_view word : split_words(text)) {
        if (name.size() + 1 >= max_name) return name;
        name.append(name.empty() ? "" : " ");
        for (std::string_view rest = word; !rest.empty();) {
            const std::size_t length = std::max<std::size_t>(utf8::length(rest), 1);
            if (name.size() + length > max_name) return name;
            const bool is_bad = is_control(rest.front()) || utf8::length(rest) == 0;
            name.append(is_bad ? std::string_view("?") : rest.substr(0, length));
            rest.remove_prefix(length);
        }
    }
    return name;
}

bool is_ascii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0; });
}

std::string quoted(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result.push_back('\\');
        result.push_back(c);
    }
    return result + "\"";
}

/// A display name: words of other alphabets are encoded, the others quoted, each on a line of its
/// own. [RFC2047 5]
std::string phrase(std::string_view text)
{
    std::string result;
    std::string run;
    bool is_run_plain = true;
    const auto end_run = [&] {
        if (run.empty()) return;
        result.append(cat(result.empty() ? "" : "\n ",
                          is_run_plain ? quoted(run) : encoded_words::encode(run)));
        run.clear();
    };
    for (const std::string_view word : split_words(text)) {
        if (is_ascii(word) != is_run_plain) end_run();
        is_run_plain = is_ascii(word);
        run.append(cat(run.empty() ? "" : " ", word));
    }
    end_run();
    return result;
}

} // namespace

std::string author_name(std::string_view value)
{
    std::string name = tidy(encoded_words::decode(phrase_of(value)));
    if (!name.empty()) return name;
    const MailboxList authors = parse_mailboxes(value);
    return authors.mailboxes.empty() ? "" : tidy(authors.mailboxes.front().local);
}

std::string via_list(std::string_view name, const List& list)
{
    const std::string text = cat(name, name.empty() ? "via " : " via ", list.address().local);
    return cat(phrase(text), is_ascii(text) ? " " : "\n ", "<", list.address().text(), ">");
}

} // namespace mn::list

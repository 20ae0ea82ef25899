// archive/query: what a browser sends becomes words and a text that mean the same again.
#include "fuzz.hpp"

#include "archive/query.hpp"
#include "base/case_fold.hpp"
#include "base/utf8.hpp"

using namespace mn;
using namespace mn::archive;

void fuzz(std::string_view input)
{
    const auto query = parse_query(input);
    if (!query) return;
    promise(query->words.size() <= max_words && query->page >= 1 && query->page <= max_page);
    promise(utf8::is_valid(query->text) && query->text.size() <= max_query_string);
    promise(std::none_of(query->text.begin(), query->text.end(), [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    }));
    for (const std::string& word : query->words) {
        std::string folded = word;
        fold_case(folded);
        promise(!word.empty() && folded == word && utf8::is_valid(word));
        promise(!word.starts_with(' ') && !word.ends_with(' '));
    }
    const auto again = query_of(query->text);
    promise(again && again->text == query->text && again->words == query->words);
    const std::string link = query_string_of(*query, query->page);
    promise(link.find_first_of("<>\"' \n") == std::string::npos);
    // Encoding makes it longer, and what is too long is refused.
    if (link.size() > max_query_string) return;
    const auto followed = parse_query(link);
    promise(followed && followed->text == query->text && followed->page == query->page);
}

// What somebody wants to find, as a browser sends the form.
//
//   const auto query = parse_query("q=tea+%22green+leaves%22&page=2");
//   // ->words: "tea", "green leaves"   ->text: "tea \"green leaves\""   ->page: 2
//
// Words are folded (base/case_fold.hpp), and between quotes several are one. All of it is hostile:
// any bytes go in, and what comes out is UTF-8 without control characters.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::archive
{

struct Query {
    std::string text;               ///< as it was typed, but white space is single spaces
    std::vector<std::string> words; ///< folded, none empty, none twice; empty: nothing was asked
    unsigned page = 1;
};

inline constexpr std::size_t max_query_string = 2000;
inline constexpr std::size_t max_words = 10;
inline constexpr unsigned max_page = 200;

/// Nothing when it is too long, has too many words, is no UTF-8, or the page is no number from 1 to
/// max_page. Names that are not known mean nothing; of q and page the last counts.
std::optional<Query> parse_query(std::string_view query_string);

/// The same of the text alone, for a command line.
std::optional<Query> query_of(std::string_view text);

/// "q=…&page=3", to be put behind "?"; page 1 is not named.
std::string query_string_of(const Query& query, unsigned page);

} // namespace mn::archive

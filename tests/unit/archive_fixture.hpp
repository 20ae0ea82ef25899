// A list, messages and their places for the tests of the archive's pages: plain ones, and one in
// which every field is hostile.
#pragma once

#include "archive/pages.hpp"
#include "message/message_key.hpp"

#include <string>

namespace mn::test
{

inline archive::ListFacts cats()
{
    archive::ListFacts facts;
    facts.name = "cats";
    facts.address = "cats@example.org";
    facts.url = "https://lists.example.org/cats/";
    return facts;
}

inline archive::Article article_about(const std::string& subject)
{
    archive::Article article;
    article.id = "1@example.org";
    article.subject = subject;
    article.author = "Ann Example";
    article.author_address = "ann@example.org";
    archive::Section section;
    section.text = "Hello cats.\n";
    article.sections.push_back(section);
    return article;
}

/// The place of the message "1@example.org", which begins a thread.
inline archive::Place first_place()
{
    archive::Place place;
    place.key = key_of("1@example.org");
    place.number = 1;
    place.date = 1795426752; // 2026-11-23 09:39:12 UTC
    place.month = "2026-11";
    place.root = place.key;
    return place;
}

/// Of one that answers it.
inline archive::Place answer_place()
{
    archive::Place place = first_place();
    place.parent = place.root;
    place.key = key_of("2@example.org");
    place.depth = 1;
    return place;
}

inline constexpr const char* hostile =
    "\"><script>alert(1)</script><a href='javascript:x' \x01\x7f&"
    "amp;-->\xe2\x80\xae";

inline archive::Article hostile_article()
{
    archive::Article article = article_about(hostile);
    article.id = hostile;
    article.author = hostile;
    article.author_address = hostile;
    article.remarks = {hostile};
    article.sections.front().text = hostile;
    return article;
}

inline bool contains(std::string_view text, std::string_view piece)
{
    return text.find(piece) != std::string_view::npos;
}

} // namespace mn::test

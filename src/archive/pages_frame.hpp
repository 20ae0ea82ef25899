// What the pages of an archive have in common: their beginning and end, and small pieces. Only for
// archive/pages_*.
//
//   std::string page = frame::begin({.title = "cats", .up = "../"});
//   page += "<h1>cats</h1>\n";
//   page += frame::end();
//
// What is called text is escaped here; what is called markup or a link is not: who calls has done
// it. Lines end in LF.
#pragma once

#include "archive/pages.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mn::archive::frame
{

struct Beginning {
    std::string_view title = {}; ///< text
    std::string_view up = {};    ///< link to the list's directory: "../../"; "" : we are there
    std::string_view mark = {};  ///< markup right after the doctype, "" or a comment
    std::string_view head = {};  ///< markup: more for <head>, whole lines
    std::string_view bar = {};   ///< markup: the links at the top; "" : none
    bool is_hidden = false;      ///< search engines are asked to leave it out
};

/// Up to and with "<main …>".
std::string begin(const Beginning& beginning);

/// From "</main>" on.
std::string_view end();

/// <a href="LINK">TEXT</a>
std::string link_to(std::string_view target, std::string_view text);

/// Leads on, or back: <nav><a href="TARGET" rel="next">TEXT</a></nav>
std::string turn(std::string_view target, std::string_view relation, std::string_view text);

/// A moment: <time>2026-11-23 09:39Z</time>. A day: <time>2026-11-23</time>.
std::string moment(std::int64_t seconds);
std::string day(std::int64_t seconds);

/// "1 message", "12,345 messages".
std::string count(std::uint64_t messages);

/// "November 2026" of "2026-11".
std::string month_name(std::string_view month);

/// "ROOT.html", "ROOT-2.html"; "index.html", "index-2.html".
std::string file_name(std::string_view stem, unsigned page);

/// Links of a page that is two directories down, to another such page.
std::string to_message(std::string_view key); ///< "../../m/ab/KEY.html"
std::string to_thread(std::string_view root, unsigned page, std::string_view key);

/// Where an answer to the list goes, so that it is filed as one. [RFC6068 2]
std::string reply_link(const ListFacts& facts, const Article& article);

/// An address as a link to write to.
std::string mail_link(std::string_view address, std::string_view text);

/// Is it the subject of an answer: "Re: …", behind prefixes in brackets, too?
bool is_answer(std::string_view subject);

/// The form that searches. target: where it leads. words: text that is there already.
std::string search_form(std::string_view target, std::string_view words);

} // namespace mn::archive::frame

// What a search has found, and why it has found nothing.
#include "archive/markup.hpp"
#include "archive/pages.hpp"
#include "archive/pages_frame.hpp"
#include "base/text.hpp"
#include "message/message_key.hpp"

namespace mn::archive
{
namespace
{

std::string search_begin(const ListFacts& facts, std::string_view title)
{
    return frame::begin({.title = cat(title, " - ", facts.name),
                         .up = "../",
                         .mark = {},
                         .head = {},
                         .bar = frame::link_to("../", facts.name),
                         .is_hidden = true});
}

/// Marks that are out of order or beyond the end are left out.
std::string marked(const Hit& hit)
{
    const std::string_view text = hit.context;
    std::string markup;
    std::size_t done = 0;
    for (const auto& [begin, length] : hit.marks) {
        if (begin < done || begin > text.size() || length > text.size() - begin) continue;
        markup += cat(markup::text(text.substr(done, begin - done)), "<mark>",
                      markup::text(text.substr(begin, length)), "</mark>");
        done = begin + length;
    }
    return markup += markup::text(text.substr(done));
}

std::string hit_item(const Hit& hit)
{
    return cat("<li><h2><a href=\"../", page_path(hit.key), "\">", markup::text(hit.subject),
               "</a></h2>\n<p class=\"by\">", markup::text(hit.author), " ", frame::day(hit.date),
               "</p>\n<p class=\"context\">", marked(hit), "</p></li>\n");
}

std::string page_link(const Results& results, unsigned page)
{
    return cat("?q=", markup::piece(results.words), "&amp;page=", std::to_string(page));
}

std::string hits_part(const Results& results)
{
    if (results.hits.empty()) return "<p>Nothing was found.</p>\n";
    std::string part = "<ol class=\"hits\">\n";
    for (const Hit& hit : results.hits)
        part += hit_item(hit);
    return part += "</ol>\n";
}

std::string_view excuse(int status)
{
    switch (status) {
    case 400:
        return "This cannot be searched for. Try one or more words.";
    case 405:
        return "This page cannot do that.";
    case 503:
        return "The archive cannot be searched just now. Please try again later.";
    default:
        return "There is no such list.";
    }
}

} // namespace

std::string result_page(const ListFacts& facts, const Results& results)
{
    std::string page = search_begin(facts, results.words.empty() ? "Search" : results.words);
    page += cat("<h1>Search ", markup::text(facts.name), "</h1>\n",
                frame::search_form("./", results.words));
    if (!results.words.empty()) page += hits_part(results);
    if (results.is_cut)
        page += "<p>The search took too long and was ended: there may be more.</p>\n";
    if (results.page > 1)
        page += frame::turn(page_link(results, results.page - 1), "prev", "Newer results");
    if (results.has_more)
        page += frame::turn(page_link(results, results.page + 1), "next", "Older results");
    return page += frame::end();
}

std::string search_error_page(const ListFacts& facts, int status)
{
    return cat(search_begin(facts, "Search"), "<h1>Search</h1>\n<p>", excuse(status), "</p>\n",
               frame::end());
}

} // namespace mn::archive

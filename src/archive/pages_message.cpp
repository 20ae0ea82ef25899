// The page of one message.
#include "archive/markup.hpp"
#include "archive/pages.hpp"
#include "archive/pages_frame.hpp"
#include "base/date.hpp"
#include "base/text.hpp"
#include "message/message_key.hpp"

namespace mn::archive
{
namespace
{

constexpr std::string_view up = "../../";
constexpr std::string_view mark_begin = "<!DOCTYPE html><!--mn ";
constexpr std::string_view mark_end = "-->";
constexpr std::size_t key_length = 32;

std::string mark_of(const Place& place)
{
    return cat("<!--mn ", place.root, " ", std::to_string(place.thread_page), " ",
               std::to_string(place.depth), mark_end);
}

/// A key, or one with "-2" … behind it.
bool is_page_name(std::string_view text)
{
    if (!is_message_key(text.substr(0, key_length))) return false;
    const std::string_view rest = text.substr(key_length);
    return rest.empty() || (rest.front() == '-' && parse_number(rest.substr(1)));
}

std::string month_link(const Place& place)
{
    return frame::link_to(
        cat(up, place.month, "/",
            place.month_page < 2 ? "" : frame::file_name("index", place.month_page)),
        frame::month_name(place.month));
}

std::string bar(const ListFacts& facts, const Place& place)
{
    return cat(
        frame::link_to(up, facts.name), " ", month_link(place), " ",
        frame::link_to(frame::to_thread(place.root, place.thread_page, place.key), "Thread"));
}

std::string page_begin(const ListFacts& facts, const Place& place, std::string_view subject)
{
    return frame::begin({.title = cat(subject, " - ", facts.name),
                         .up = up,
                         .mark = mark_of(place),
                         .head = {},
                         .bar = bar(facts, place),
                         .is_hidden = facts.is_private});
}

std::string byline(const ListFacts& facts, const Article& article, const Place& place)
{
    return cat("<p class=\"by\"><b>", markup::text(author_text(article, facts.addresses)),
               "</b> <time datetime=\"", utc(place.date, "%Y-%m-%dT%H:%M:%SZ"), "\">",
               utc(place.date, "%Y-%m-%d %H:%M UTC"), "</time></p>\n");
}

std::string links(const ListFacts& facts, const Article& article, const Place& place)
{
    std::string line = cat("<p class=\"do\">", frame::reply_link(facts, article));
    if (!place.parent.empty())
        line += cat(" ", frame::link_to(frame::to_message(place.parent), "Parent"));
    return line += cat(" <a rel=\"bookmark\" href=\"", markup::link(facts.url),
                       page_path(place.key), "\">Permanent link</a></p>\n");
}

std::string remarks(const Article& article)
{
    if (article.remarks.empty()) return "";
    std::string items;
    for (const std::string& remark : article.remarks)
        items += cat("<li>", markup::text(remark), "</li>");
    return cat("<ul class=\"remarks\">", items, "</ul>\n");
}

} // namespace

std::string message_page(const ListFacts& facts, const Article& article, const Place& place)
{
    const std::string subject = subject_text(article, facts.addresses);
    std::string page = page_begin(facts, place, subject);
    page += cat("<article><h1>", markup::text(subject), "</h1>\n", byline(facts, article, place),
                remarks(article));
    page += body_markup(article, {.addresses = facts.addresses, .attachments = "../../a/"});
    page += cat("</article>\n", links(facts, article, place));
    return page += frame::end();
}

std::string removed_page(const ListFacts& facts, const Place& place)
{
    return cat(page_begin(facts, place, "Removed"),
               "<h1>Removed</h1>\n<p>This message was removed from the archive.</p>\n",
               frame::end());
}

std::optional<Mark> read_mark(std::string_view first_bytes)
{
    if (first_bytes.substr(0, mark_begin.size()) != mark_begin) return std::nullopt;
    first_bytes.remove_prefix(mark_begin.size());
    const std::size_t end = first_bytes.find(mark_end);
    if (end == std::string_view::npos) return std::nullopt;
    const auto words = split(first_bytes.substr(0, end), ' ');
    if (words.size() != 3 || !is_page_name(words[0])) return std::nullopt;
    const auto page = parse_number(words[1]);
    const auto depth = parse_number(words[2]);
    constexpr std::uint64_t most = 1'000'000'000;
    if (!page || *page < 1 || *page > most || !depth || *depth > most) return std::nullopt;
    return Mark{std::string(words[0]), static_cast<unsigned>(*page), static_cast<unsigned>(*depth)};
}

} // namespace mn::archive

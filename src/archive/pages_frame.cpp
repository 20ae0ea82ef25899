#include "archive/pages_frame.hpp"

#include "archive/clean_text.hpp"
#include "archive/markup.hpp"
#include "base/date.hpp"
#include "base/text.hpp"
#include "message/message_key.hpp"

#include <array>

namespace mn::archive::frame
{
namespace
{

constexpr std::string_view policy =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n";

constexpr std::size_t max_reply_subject = 300; // of mailto: addresses, programs take about 2,000

/// The "@" stays. [RFC6068 2]
std::string address_link(std::string_view address)
{
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos) return cat("mailto:", markup::piece(address));
    return cat("mailto:", markup::piece(address.substr(0, at)), "@",
               markup::piece(address.substr(at + 1)));
}

} // namespace

std::string begin(const Beginning& beginning)
{
    std::string page =
        cat("<!DOCTYPE html>", beginning.mark,
            "\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>",
            markup::text(beginning.title),
            "</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
            policy, beginning.is_hidden ? "<meta name=\"robots\" content=\"noindex\">\n" : "",
            "<link rel=\"stylesheet\" href=\"", beginning.up, "style.css\">\n", beginning.head,
            "</head><body>\n<header><a class=\"skip\" href=\"#main\">Skip to content</a>\n");
    if (!beginning.bar.empty())
        page += cat("<nav aria-label=\"Archive\">", beginning.bar, "</nav>\n");
    return page += "</header>\n<main id=\"main\">\n";
}

std::string_view end()
{
    return "</main>\n<footer><a href=\"#main\">Top of page</a></footer>\n</body></html>\n";
}

std::string link_to(std::string_view target, std::string_view text)
{
    return cat("<a href=\"", target, "\">", markup::text(text), "</a>");
}

std::string turn(std::string_view target, std::string_view relation, std::string_view text)
{
    return cat("<nav class=\"turn\" aria-label=\"", text, "\"><a href=\"", target, "\" rel=\"",
               relation, "\">", text, "</a></nav>\n");
}

std::string moment(std::int64_t seconds)
{
    return cat("<time>", utc(seconds, "%Y-%m-%d %H:%MZ"), "</time>");
}

std::string day(std::int64_t seconds)
{
    return cat("<time>", utc(seconds, "%Y-%m-%d"), "</time>");
}

std::string count(std::uint64_t messages)
{
    std::string digits = std::to_string(messages);
    for (std::size_t i = digits.size(); i > 3; i -= 3)
        digits.insert(i - 3, 1, ',');
    return cat(digits, messages == 1 ? " message" : " messages");
}

std::string month_name(std::string_view month)
{
    static constexpr std::array<std::string_view, 12> names = {
        "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December"};
    const auto number = parse_number(month.substr(month.size() < 2 ? 0 : month.size() - 2));
    if (!number || *number < 1 || *number > names.size()) return std::string(month);
    return cat(names[*number - 1], " ", month.substr(0, month.find('-')));
}

std::string file_name(std::string_view stem, unsigned page)
{
    return page < 2 ? cat(stem, ".html") : cat(stem, "-", std::to_string(page), ".html");
}

std::string to_message(std::string_view key)
{
    return cat("../../", page_path(key));
}

std::string to_thread(std::string_view root, unsigned page, std::string_view key)
{
    return cat("../../", thread_path(root, page), "#", key);
}

std::string reply_link(const ListFacts& facts, const Article& article)
{
    const std::string subject = shown(facts.addresses, article.subject);
    std::string query;
    if (!article.id.empty()) query = cat("?In-Reply-To=%3C", markup::piece(article.id), "%3E");
    query += cat(query.empty() ? "?" : "&amp;", "Subject=", is_answer(subject) ? "" : "Re%3A%20",
                 markup::piece(cut(subject, max_reply_subject)));
    return cat("<a href=\"", address_link(facts.address), query, "\">Reply</a>");
}

std::string mail_link(std::string_view address, std::string_view text)
{
    return link_to(address_link(address), text);
}

bool is_answer(std::string_view subject)
{
    subject = trim(subject);
    while (!subject.empty() && subject.front() == '[') {
        const std::size_t end = subject.find(']');
        if (end == std::string_view::npos) return false;
        subject = trim(subject.substr(end + 1));
    }
    for (const std::string_view word : {"re:", "aw:", "sv:", "antw:", "rif:", "odp:"})
        if (equal_ignoring_case(subject.substr(0, word.size()), word)) return true;
    return false;
}

std::string search_form(std::string_view target, std::string_view words)
{
    return cat("<form role=\"search\" action=\"", target,
               "\"><label for=\"q\">Search the archive</label>\n"
               "<input id=\"q\" name=\"q\" type=\"search\" value=\"",
               markup::text(words),
               "\" maxlength=\"200\" required><button type=\"submit\">Search</button></form>\n");
}

} // namespace mn::archive::frame

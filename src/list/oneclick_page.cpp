#include "list/oneclick_page.hpp"

#include "base/text.hpp"
#include "crypto/base64.hpp"
#include "crypto/digest.hpp"

namespace mn::list
{
namespace
{

/// Colours are the browser's own, so that contrast is right whether light or dark.
constexpr std::string_view style = ":root{color-scheme:light dark}"
                                   "body{font:1.125rem/1.5 system-ui,sans-serif;max-width:36rem;"
                                   "margin:10vh auto;padding:0 1.25rem;overflow-wrap:anywhere}"
                                   "h1{font-size:1.5rem;line-height:1.25}"
                                   "button{font:inherit;padding:.6em 1.5em;cursor:pointer}"
                                   ":focus-visible{outline:3px solid;outline-offset:3px}";

constexpr std::string_view button =
    "<form method=\"post\">\n"
    "<input type=\"hidden\" name=\"List-Unsubscribe\" value=\"One-Click\">\n"
    "<button type=\"submit\">Unsubscribe</button>\n</form>\n";

std::string escaped(std::string_view text)
{
    std::string safe;
    for (const char c : text) {
        if (c == '&')
            safe += "&amp;";
        else if (c == '<')
            safe += "&lt;";
        else if (c == '>')
            safe += "&gt;";
        else if (c == '"')
            safe += "&quot;";
        else if (c == '\'')
            safe += "&#39;";
        else
            safe += c;
    }
    return safe;
}

std::string strong(std::string_view text)
{
    return cat("<strong>", escaped(text), "</strong>");
}

/// The address in a link, every byte of it safe. [RFC6068 2]
std::string mail_link(std::string_view address)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string target;
    for (const char c : address) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') ||
                              std::string_view("-._~+@").find(c) != std::string_view::npos;
        if (is_plain)
            target += c;
        else
            target += {'%', digits[byte >> 4], digits[byte & 15U]};
    }
    return cat("<a href=\"mailto:", target, "\">", escaped(address), "</a>");
}

/// title: text. content: markup.
cgi::Response page(int status, std::string_view title, std::string_view content)
{
    const std::string style_hash = base64::encode(crypto::bytes_of(crypto::sha256(style)));
    cgi::Response response;
    response.status = status;
    response.fields = {
        {"Content-Type", "text/html; charset=utf-8"},
        {"Content-Security-Policy",
         cat("default-src 'none'; style-src 'sha256-", style_hash,
             "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"X-Robots-Tag", "noindex, nofollow"},
        {"Referrer-Policy", "no-referrer"}, // the address of the page is a secret of its reader
        {"Cache-Control", "no-store"}};
    response.body =
        cat("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
            escaped(title), "</title>\n<style>", style, "</style>\n</head>\n<body>\n<main>\n<h1>",
            escaped(title), "</h1>\n", content, "</main>\n</body>\n</html>\n");
    return response;
}

std::string paragraph(std::string_view markup)
{
    return cat("<p>", markup, "</p>\n");
}

} // namespace

cgi::Response question_page(const PageFacts& facts)
{
    return page(200, "Unsubscribe?",
                cat(paragraph(cat(strong(facts.address), " is subscribed to the mailing list ",
                                  strong(facts.list), ".")),
                    button));
}

cgi::Response done_page(const PageFacts& facts)
{
    std::string content = paragraph(
        cat(strong(facts.address), " is not subscribed to the mailing list ", strong(facts.list),
            " any more. Posts that are on their way already may still arrive."));
    if (!facts.mail_to.empty())
        content += paragraph(
            cat("If this was a mistake, write to ", mail_link(facts.mail_to), " to join again."));
    return page(200, "Unsubscribed", content);
}

cgi::Response expired_page(const PageFacts& facts)
{
    std::string content = paragraph("It was good for a year. Newer mails of the list have others.");
    if (!facts.mail_to.empty())
        content += paragraph(cat("Or write to ", mail_link(facts.mail_to), " to unsubscribe."));
    return page(410, "This link has expired", content);
}

cgi::Response closed_page(const PageFacts& facts)
{
    return page(403, "This list is closed",
                paragraph(cat("Only its owner can change who is subscribed to ", strong(facts.list),
                              ": write to ", mail_link(facts.mail_to), ".")));
}

cgi::Response refusal_page(int status)
{
    switch (status) {
    case 400:
        return page(status, "Not understood", paragraph("Go back and try the button again."));
    case 405: {
        auto response = page(status, "Not understood", paragraph("This page cannot do that."));
        response.fields.emplace_back("Allow", "GET, HEAD, POST");
        return response;
    }
    case 413:
        return page(status, "Too much", paragraph("That was more than this page can take."));
    case 503: {
        auto response = page(status, "Not now",
                             paragraph("Something is out of order. Nothing was "
                                       "changed: please try again later."));
        response.fields.emplace_back("Retry-After", "300");
        return response;
    }
    default:
        return page(404, "Nothing here", paragraph("This link does not work. Is all of it there?"));
    }
}

} // namespace mn::list

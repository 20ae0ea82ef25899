#include "archive/article.hpp"
#include "archive/attachment.hpp"
#include "archive/markup.hpp"
#include "archive/text_links.hpp"
#include "archive/text_markup.hpp"
#include "archive/text_quotes.hpp"
#include "base/text.hpp"

namespace mn::archive
{
namespace
{

using Kind = Section::Kind;

void append_attachment(std::string& html, const Attachment& attachment, const Look& look)
{
    const std::string_view digest = attachment.digest;
    const std::string name = shown(look.addresses, attachment.name);
    html.append(cat("<p class=\"file\"><a href=\"", markup::link(look.attachments),
                    digest.substr(0, 2), "/", digest, "\" download"));
    if (!name.empty()) html.append(cat("=\"", markup::text(name), "\""));
    html.append(cat(">", markup::text(shown(look.addresses, label_of(attachment))), "</a> (",
                    markup::text(attachment.type), ", ", size_text(attachment.bytes.size()),
                    ")</p>\n"));
}

void append_section(std::string& html, const Article& article, const Section& section,
                    const Look& look)
{
    if (section.kind == Kind::attachment) {
        append_attachment(html, article.attachments[section.attachment], look);
        return;
    }
    if (section.kind == Kind::message) {
        html.append("<figure class=\"mail\">\n<figcaption>");
        markup::append_text(html, shown(look.addresses, section.title));
        html.append("</figcaption>\n");
    }
    if (section.is_flowed)
        append_text_markup(html, unflowed(section.text, section.deletes_space), look.addresses);
    else
        append_text_markup(html, section.text, look.addresses);
    if (section.kind == Kind::message) html.append("</figure>\n");
}

bool is_left_out(const Article& article, const Section& section, Addresses addresses)
{
    return section.kind == Kind::attachment &&
           !is_offered(article.attachments[section.attachment], addresses);
}

std::string section_text(const Article& article, const Section& section, Addresses addresses)
{
    if (section.kind == Kind::attachment) {
        const Attachment& attachment = article.attachments[section.attachment];
        return cat("[", shown(addresses, label_of(attachment)), ", ", attachment.type, ", ",
                   size_text(attachment.bytes.size()), "]");
    }
    std::string text =
        section.is_flowed ? unflowed(section.text, section.deletes_space) : section.text;
    text.resize(text.find_last_not_of(" \t\n") + 1);
    if (section.kind == Kind::message) text = cat("[", section.title, "]\n", text);
    return shown(addresses, text);
}

} // namespace

bool is_offered(const Attachment& attachment, Addresses addresses)
{
    return !attachment.is_shown_as_text || addresses == Addresses::full;
}

std::string body_markup(const Article& article, const Look& look)
{
    std::string html;
    for (const Section& section : article.sections)
        if (!is_left_out(article, section, look.addresses))
            append_section(html, article, section, look);
    return html;
}

std::string body_text(const Article& article, Addresses addresses)
{
    std::string text;
    for (const Section& section : article.sections)
        if (!is_left_out(article, section, addresses))
            text.append(
                cat(text.empty() ? "" : "\n", section_text(article, section, addresses), "\n"));
    return text;
}

} // namespace mn::archive

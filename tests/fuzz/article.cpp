// archive/article: whatever comes, it is well-formed HTML and clean text that is no longer than it
// may be, and no address in it can be read where addresses are hidden.
#include "fuzz.hpp"

#include "../unit/well_formed.hpp"
#include "archive/article.hpp"
#include "archive/article_parts.hpp"

using namespace mn::archive;

namespace
{

bool is_line(std::string_view text, std::size_t most)
{
    const auto is_bad = [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; };
    return text.size() <= most && mn::utf8::is_valid(text) &&
           std::none_of(text.begin(), text.end(), is_bad);
}

/// The mark of what is hidden is no letter of an address.
std::string without_dots(std::string text)
{
    constexpr std::string_view dots = "…";
    for (std::size_t at = text.find(dots); at != std::string::npos; at = text.find(dots, at))
        text.replace(at, dots.size(), " ");
    return text;
}

} // namespace

void fuzz(std::string_view input)
{
    const Article article = read_article(input);
    promise(is_line(article.subject, 998) && is_line(article.author, 100));
    promise(article.references.size() <= 100);
    for (const Attachment& attachment : article.attachments) {
        promise(is_line(attachment.name, 200) && attachment.digest.size() == 64);
        promise(attachment.name.find('/') == std::string::npos);
    }
    std::size_t shown_bytes = 0;
    for (const Section& section : article.sections) {
        shown_bytes += section.text.size();
        promise(section.kind != Section::Kind::attachment ||
                section.attachment < article.attachments.size());
    }
    promise(shown_bytes <= max_shown + 2 * article.sections.size() + 1000);
    for (const Addresses how : {Addresses::hide, Addresses::at, Addresses::full}) {
        const std::string html = body_markup(article, {how, "../../a/"});
        promise(is_well_formed_markup(html));
        promise(html.size() <= 400 + input.size() * 60);
        const std::string text = body_text(article, how);
        promise(mn::utf8::is_valid(text) && text.find('\r') == std::string::npos);
        promise(how == Addresses::full || !find_address(without_dots(text), 0));
        promise(is_line(author_text(article, how), 1100));
    }
}

#include "archive/article.hpp"

#include "archive/article_header.hpp"
#include "archive/article_parts.hpp"
#include "message/header.hpp"

namespace mn::archive
{

Article read_article(std::string_view message)
{
    Article article;
    read_header(split_message(message).header, article);
    read_body(message, article);
    return article;
}

std::string author_text(const Article& article, Addresses addresses)
{
    if (!article.author.empty()) return shown(addresses, article.author);
    if (article.author_address.empty()) return "(unknown)";
    return shown_address(addresses, article.author_address);
}

std::string subject_text(const Article& article, Addresses addresses)
{
    return article.subject.empty() ? "(no subject)" : shown(addresses, article.subject);
}

} // namespace mn::archive

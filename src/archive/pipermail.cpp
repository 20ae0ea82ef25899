#include "archive/pipermail.hpp"

#include "archive/article.hpp"
#include "archive/post_key.hpp"
#include "base/date.hpp"
#include "base/text.hpp"
#include "message/message_key.hpp"

namespace mn::archive
{
namespace
{

constexpr std::size_t digits = 6;

std::string padded(std::uint64_t number)
{
    const std::string text = std::to_string(number);
    return text.size() >= digits ? text : std::string(digits - text.size(), '0') + text;
}

} // namespace

void PipermailNames::add(std::string_view message)
{
    const std::uint64_t number = next_++;
    const Article article = read_article(message);
    if (!article.date || !article.is_for_web) return;
    const std::string key = base_key_of(article, message);
    const std::uint64_t copy = ++known_[key];
    map_ += cat(utc(*article.date, "%Y-%B"), "/", padded(number), ".html ",
                page_path(numbered_key(key, copy)), ";\n");
}

} // namespace mn::archive

// The newest messages as an Atom feed. [RFC4287 4.1.1] [RFC4287 4.1.2]
#include "archive/markup.hpp"
#include "archive/pages.hpp"
#include "base/date.hpp"
#include "base/text.hpp"
#include "message/message_key.hpp"

#include <algorithm>

namespace mn::archive
{
namespace
{

// [RFC4287 3.3]
std::string updated(std::int64_t seconds)
{
    return cat("<updated>", utc(seconds, "%Y-%m-%dT%H:%M:%SZ"), "</updated>\n");
}

std::string entry_of(const ListFacts& facts, const Recent& recent)
{
    const std::string link = cat(markup::link(facts.url), page_path(recent.key));
    return cat("<entry>\n<title>", markup::text(recent.subject), "</title>\n<id>", link,
               "</id>\n<link rel=\"alternate\" type=\"text/html\" href=\"", link, "\"/>\n",
               updated(recent.date), "<author><name>", markup::text(recent.author),
               "</name></author>\n<summary>", markup::text(recent.summary),
               "</summary>\n</entry>\n");
}

} // namespace

std::string feed(const ListFacts& facts, const std::vector<Recent>& newest_first)
{
    const std::string url = markup::link(facts.url);
    std::int64_t newest = 0;
    for (const Recent& recent : newest_first)
        newest = std::max(newest, recent.date);
    std::string text = cat("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                           "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>",
                           markup::text(facts.name), "</title>\n<id>", url,
                           "</id>\n<link rel=\"alternate\" type=\"text/html\" href=\"", url,
                           "\"/>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"", url,
                           "new.atom\"/>\n", updated(newest));
    for (const Recent& recent : newest_first)
        text += entry_of(facts, recent);
    return text += "</feed>\n";
}

} // namespace mn::archive

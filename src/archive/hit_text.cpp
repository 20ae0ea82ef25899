#include "archive/hit_text.hpp"

#include "base/date.hpp"
#include "base/text.hpp"
#include "message/message_key.hpp"

#include <algorithm>

namespace mn::archive
{
namespace
{

std::string harmless(std::string text)
{
    std::replace_if(text.begin(), text.end(), is_control, ' ');
    return text;
}

} // namespace

std::string hit_line(std::string_view url, const Hit& hit)
{
    return cat(utc(hit.date, "%Y-%m-%d"), "\t", harmless(hit.author), "\t", harmless(hit.subject),
               "\t", url, page_path(hit.key));
}

Json hit_json(std::string_view url, const Hit& hit)
{
    Json line;
    line.add("date", utc(hit.date, "%Y-%m-%dT%H:%M:%SZ")).add("author", hit.author);
    line.add("subject", hit.subject).add("url", cat(url, page_path(hit.key)));
    return line.add("context", hit.context);
}

} // namespace mn::archive

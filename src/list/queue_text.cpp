#include "list/queue_text.hpp"

#include "base/date.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

/// The second byte of U+0080 to U+009F, after 0xc2.
bool is_c1(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 && byte <= 0x9f;
}

/// Lines and tabs stay.
std::string harmless(std::string_view text)
{
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const bool has_c1 = c == '\xc2' && at + 1 < text.size() && is_c1(text[at + 1]);
        if (has_c1) ++at;
        result.push_back(has_c1 || (is_control(c) && c != '\n' && c != '\t') ? '?' : c);
    }
    return result;
}

/// "3 min", "5 h", "2 d".
std::string age(std::int64_t seconds)
{
    const std::int64_t minutes = std::max<std::int64_t>(seconds, 0) / 60;
    if (minutes < 120) return cat(std::to_string(minutes), " min");
    if (minutes < 48 * 60) return cat(std::to_string(minutes / 60), " h");
    return cat(std::to_string(minutes / 1440), " d");
}

} // namespace

std::string harmless_line(std::string_view text)
{
    std::string line = harmless(text);
    std::replace_if(line.begin(), line.end(), is_control, ' ');
    return line;
}

std::string queue_line(const Queued& item, std::string_view token, std::int64_t now)
{
    const std::string what = item.is_post ? item.subject : item.reason;
    return cat(token, "\t", age(now - item.since), "\t", item.is_post ? "post" : "subscription",
               "\t", harmless_line(item.author), "\t", harmless_line(what));
}

std::string queue_story(const Queued& item, std::string_view message, std::int64_t now)
{
    std::string text = cat("token:   ", item.token, "\nwaiting: ", age(now - item.since),
                           ", since ", utc(item.since, "%Y-%m-%d %H:%M UTC"), "\n");
    text.append(cat(item.is_post ? "reason:  " : "wants:   ", harmless_line(item.reason),
                    "\nauthor:  ", harmless_line(item.author), "\n"));
    if (item.is_post)
        text.append(cat("sender:  ", harmless_line(item.sender),
                        "\nsize:    ", std::to_string(item.size), "\n\n", harmless(message)));
    return text;
}

Json queue_json(const Queued& item)
{
    Json line;
    line.add("kind", item.is_post ? "post" : "subscription").add("token", item.token);
    line.add("since", utc(item.since, "%Y-%m-%dT%H:%M:%SZ"));
    line.add(item.is_post ? "reason" : "type", item.reason).add("author", item.author);
    if (item.is_post)
        line.add("sender", item.sender)
            .add("subject", item.subject)
            .add("size", std::uint64_t{item.size});
    return line;
}

} // namespace mn::list

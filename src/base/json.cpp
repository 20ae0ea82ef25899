#include "base/json.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace mn
{
namespace
{

constexpr std::string_view replacement_character = "\xef\xbf\xbd";

void append_control(std::string& out, char c)
{
    out.append("\\u").append(hex(static_cast<unsigned char>(c)).substr(12));
}

std::string quoted(std::string_view text)
{
    std::string out = "\"";
    while (!text.empty()) {
        const std::size_t length = utf8::length(text);
        if (length == 0) {
            out.append(replacement_character);
        } else if (is_control(text[0])) {
            append_control(out, text[0]);
        } else {
            if (text[0] == '"' || text[0] == '\\') out.append(1, '\\');
            out.append(text.substr(0, length));
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out + "\"";
}

} // namespace

void Json::add_key(std::string_view key)
{
    if (members_.size() > 1) members_.append(",");
    members_.append(quoted(key)).append(":");
}

Json& Json::add(std::string_view key, std::string_view value)
{
    add_key(key);
    members_.append(quoted(value));
    return *this;
}

Json& Json::add(std::string_view key, std::uint64_t value)
{
    add_key(key);
    members_.append(std::to_string(value));
    return *this;
}

Json& Json::add(std::string_view key, bool value)
{
    add_key(key);
    members_.append(value ? "true" : "false");
    return *this;
}

Json& Json::add(std::string_view key, const std::vector<std::string>& values)
{
    add_key(key);
    members_.append("[");
    for (const std::string& value : values) {
        if (&value != &values.front()) members_.append(",");
        members_.append(quoted(value));
    }
    members_.append("]");
    return *this;
}

} // namespace mn

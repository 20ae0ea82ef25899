#include "auth/tag_list.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mn
{
namespace
{

bool is_folding_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view trim_folding(std::string_view text)
{
    while (!text.empty() && is_folding_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_folding_space(text.back()))
        text.remove_suffix(1);
    return text;
}

bool is_tag_name(std::string_view name)
{
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !name.empty() && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

/// Printable ASCII and white space; 8-bit characters too, as a header may hold them nowadays.
/// [RFC6376 3.2] [RFC8616 4]
bool is_tag_value(std::string_view value)
{
    return std::all_of(value.begin(), value.end(),
                       [](char c) { return is_folding_space(c) || !is_control(c); });
}

std::optional<Tag> parse_tag(std::string_view text)
{
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    Tag tag;
    tag.name = trim_folding(text.substr(0, equals));
    tag.raw = text.substr(equals + 1);
    tag.value = trim_folding(tag.raw);
    if (!is_tag_name(tag.name) || !is_tag_value(tag.value)) return std::nullopt;
    return tag;
}

} // namespace

std::optional<TagList> TagList::parse(std::string_view text)
{
    TagList list;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(';'), text.size());
        const auto tag = parse_tag(text.substr(0, end));
        if (!tag || list.find(tag->name) != nullptr || list.tags_.size() == max_tags)
            return std::nullopt;
        list.tags_.push_back(*tag);
        text.remove_prefix(std::min(end + 1, text.size()));
        // One semicolon may stand at the end.
        if (trim_folding(text).empty()) return list;
    }
    return std::nullopt;
}

const Tag* TagList::find(std::string_view name) const
{
    const auto found =
        std::find_if(tags_.begin(), tags_.end(), [&](const Tag& tag) { return tag.name == name; });
    return found == tags_.end() ? nullptr : &*found;
}

std::optional<std::string_view> TagList::value(std::string_view name) const
{
    const Tag* tag = find(name);
    if (tag == nullptr) return std::nullopt;
    return tag->value;
}

std::vector<std::string_view> split_colons(std::string_view value)
{
    std::vector<std::string_view> pieces = split(value, ':');
    for (std::string_view& piece : pieces)
        piece = trim_folding(piece);
    return pieces;
}

std::string without_white_space(std::string_view value)
{
    std::string result(value);
    std::erase_if(result, is_folding_space);
    return result;
}

} // namespace mn

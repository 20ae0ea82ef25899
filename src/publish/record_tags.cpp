#include "publish/record_tags.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mn::publish
{

/// Leniently, for people make mistakes here: what has no "=" is a name without
/// a value.
std::vector<Tag> tags_of(std::string_view text)
{
    std::vector<Tag> tags;
    for (const std::string_view piece : split(text, ';')) {
        if (trim(piece).empty()) continue;
        const std::size_t equals = std::min(piece.find('='), piece.size());
        tags.push_back({lower(trim(piece.substr(0, equals))),
                        trim(piece.substr(std::min(equals + 1, piece.size())))});
    }
    return tags;
}

std::string_view value_of(const std::vector<Tag>& tags, std::string_view name)
{
    const auto found =
        std::find_if(tags.begin(), tags.end(), [&](const Tag& tag) { return tag.name == name; });
    return found == tags.end() ? std::string_view() : found->value;
}

} // namespace mn::publish

// tag=value; tag=value: the syntax of DKIM signatures and keys, ARC seals, DMARC records.
// [RFC6376 3.2]
//
//   const auto tags = TagList::parse("v=1; d=example.org; b=ab cd;");
//   if (tags && tags->value("d") == "example.org") …
//
// Strict, as the RFC demands: a tag given twice, an empty piece or a byte that may not be there,
// and there is no list at all. Views into the text, which must outlive the list. Linear time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn
{

struct Tag {
    std::string_view name;  ///< case matters
    std::string_view value; ///< white space at both ends removed, inside it kept
    std::string_view raw;   ///< everything between "=" and ";"
};

class TagList
{
public:
    /// More tags than any standard knows, and few enough to look through.
    static constexpr std::size_t max_tags = 64;

    static std::optional<TagList> parse(std::string_view text);

    /// Nothing when there is no such tag; an empty value is a value.
    std::optional<std::string_view> value(std::string_view name) const;
    const Tag* find(std::string_view name) const;

    const std::vector<Tag>& tags() const { return tags_; }

private:
    std::vector<Tag> tags_;
};

/// "a : b:c" as {"a", "b", "c"}: the lists in values. Pieces may be empty.
std::vector<std::string_view> split_colons(std::string_view value);

/// Spaces, tabs and line ends anywhere in it removed: for values that a signer may fold.
std::string without_white_space(std::string_view value);

} // namespace mn

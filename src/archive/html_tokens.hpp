// HTML, taken apart: text, tags, and characters by their names.
//
//   HtmlTokens tokens(html);
//   while (const auto token = tokens.next())
//       if (token->kind == HtmlToken::Kind::text) use(html_characters(token->text));
//
// No parser: whoever asks sees what stands there, in its order, without scripts, styles and
// comments. html: any bytes; views into them. Linear time; what never ends hides the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mn::archive
{

struct HtmlToken {
    enum class Kind : std::uint8_t { text, begin, end };
    Kind kind = Kind::text;
    std::string_view text; ///< text: raw; tags: what stands behind the name
    std::string name;      ///< tags: lower case, at most 20 bytes
};

class HtmlTokens
{
public:
    explicit HtmlTokens(std::string_view html) : rest_(html) {}

    /// Nothing at the end.
    std::optional<HtmlToken> next();

private:
    HtmlToken take_text(std::size_t end);
    bool skip_markup();
    HtmlToken take_tag();
    void skip_raw(std::string_view name);

    std::string_view rest_;
};

/// The value of an attribute, with its characters; "" when there is none. tag: of a begin token.
std::string html_attribute(std::string_view tag, std::string_view name);

/// "&amp;" as "&", and so on.
std::string html_characters(std::string_view text);

} // namespace mn::archive

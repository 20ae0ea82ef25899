#include "auth/signature_writer.hpp"

#include "auth/canonical.hpp"
#include "base/text.hpp"
#include "crypto/base64.hpp"

#include <algorithm>

namespace mn::dkim
{
namespace
{

constexpr std::size_t last_column = 76; // and a semicolon
constexpr std::string_view fold = "\r\n ";

} // namespace

SignatureWriter::SignatureWriter(std::string_view name)
    : text_(cat(name, ":")), column_(text_.size())
{
}

/// Put it on this line if there is room, after a space unless it joins what is there.
void SignatureWriter::word(std::string_view text, bool joins)
{
    const std::size_t width = text.size() + (joins ? 0 : 1);
    if (column_ + width > last_column) {
        text_.append(fold).append(text);
        column_ = 1 + text.size();
        return;
    }
    if (!joins) text_.push_back(' ');
    text_.append(text);
    column_ += width;
}

void SignatureWriter::tag(std::string_view name, std::string_view value)
{
    if (!text_.ends_with(':')) {
        text_.push_back(';');
        ++column_;
    }
    word(cat(name, "=", value), false);
}

void SignatureWriter::list(std::string_view name, const std::vector<std::string>& values)
{
    tag(name, values.empty() ? "" : cat(values.front(), values.size() > 1 ? ":" : ""));
    for (std::size_t i = 1; i < values.size(); ++i)
        word(cat(values[i], i + 1 < values.size() ? ":" : ""), true);
}

void SignatureWriter::signature()
{
    text_.append(";").append(fold).append("b=");
    place_ = text_.size();
    // Whatever follows begins a line, so that it does not depend on the length of b=.
    column_ = last_column;
}

std::string SignatureWriter::to_sign(Canonicalization form) const
{
    const std::string field = cat(text_, "\r\n");
    return canonical_signature_field(form, field, std::string_view(field).substr(place_, 0));
}

std::string SignatureWriter::complete(std::string_view signature, std::string_view line_end,
                                      Layout layout) const
{
    std::string text = text_.substr(0, place_);
    const std::string encoded = base64::encode(signature);
    const std::size_t width = layout == Layout::folded ? last_column - 1 : encoded.size();
    // "b=" begins the first line.
    std::size_t room = layout == Layout::folded ? width - 2 : width;
    for (std::string_view rest = encoded; !rest.empty(); room = width) {
        if (rest.size() != encoded.size()) text.append(fold);
        text.append(rest.substr(0, room));
        rest.remove_prefix(std::min(room, rest.size()));
    }
    text.append(text_, place_).append("\r\n");
    return with_line_end(text, line_end);
}

std::string with_line_end(std::string_view text, std::string_view line_end)
{
    std::string result;
    for (std::size_t end = 0; (end = text.find("\r\n")) != std::string_view::npos;
         text.remove_prefix(end + 2))
        result.append(text.substr(0, end)).append(line_end);
    return result.append(text);
}

} // namespace mn::dkim

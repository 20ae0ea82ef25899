#include "list/oneclick_form.hpp"

#include "base/cgi.hpp"
#include "base/text.hpp"
#include "message/content_type.hpp"

#include <optional>
#include <string>

namespace mn::list
{
namespace
{

constexpr std::string_view wanted_name = "List-Unsubscribe";
constexpr std::string_view wanted_value = "One-Click";
constexpr std::size_t max_boundary = 70; // [RFC2046 5.1.1]

bool is_in_urlencoded(std::string_view body)
{
    for (const std::string_view pair : split(trim(body), '&')) {
        const std::size_t sign = pair.find('=');
        if (sign != std::string_view::npos && cgi::decoded(pair.substr(0, sign)) == wanted_name &&
            cgi::decoded(pair.substr(sign + 1)) == wanted_value)
            return true;
    }
    return false;
}

/// Content-Disposition: form-data; name="List-Unsubscribe"
bool names_it(std::string_view line)
{
    constexpr std::string_view field = "content-disposition:";
    if (!equal_ignoring_case(line.substr(0, field.size()), field)) return false;
    // A CR within the line would be passed over in the name.
    if (line.find('\r') != std::string_view::npos) return false;
    // It is built like Content-Type, but for the first word.
    const auto disposition = parse_content_type(cat("x/", trim(line.substr(field.size()))));
    return disposition && disposition->is("x", "form-data") &&
           disposition->parameter("name") == wanted_name;
}

/// One line after the other.
class MultipartReader
{
public:
    explicit MultipartReader(std::string_view boundary) : boundary_(boundary) {}

    /// False: the last delimiter was there.
    bool take(std::string_view line);
    bool has_found() const { return has_found_; }

private:
    enum class Place { before, header, value, after_value };

    std::string_view boundary_;
    Place place_ = Place::before;
    bool is_named_ = false;
    bool is_right_ = false; ///< the value, so far
    bool has_found_ = false;
};

bool MultipartReader::take(std::string_view line)
{
    const Delimiter delimiter = delimiter_of(line, boundary_);
    if (delimiter != Delimiter::none) {
        has_found_ = has_found_ || (is_named_ && is_right_);
        is_named_ = is_right_ = false;
        place_ = Place::header;
        return delimiter == Delimiter::next;
    }
    if (place_ == Place::header && line.empty()) {
        place_ = Place::value;
    } else if (place_ == Place::header) {
        is_named_ = is_named_ || names_it(line);
    } else if (place_ == Place::value) {
        is_right_ = line == wanted_value;
        place_ = Place::after_value;
    } else {
        is_right_ = false; // a second line
    }
    return true;
}

bool is_in_multipart(std::string_view boundary, std::string_view body)
{
    if (boundary.empty() || boundary.size() > max_boundary) return false;
    MultipartReader reader(boundary);
    for (std::string_view line : split(body, '\n')) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!reader.take(line)) return reader.has_found();
    }
    return false; // cut off
}

} // namespace

bool says_one_click(std::string_view type, std::string_view body)
{
    const auto form = parse_content_type(type);
    if (!form) return false;
    if (form->is("application", "x-www-form-urlencoded")) return is_in_urlencoded(body);
    return form->is("multipart", "form-data") && is_in_multipart(form->parameter("boundary"), body);
}

} // namespace mn::list

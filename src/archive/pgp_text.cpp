#include "archive/pgp_text.hpp"

#include <algorithm>
#include <cstdint>

namespace mn::archive
{
namespace
{

enum class Place : std::uint8_t { outside, headings, content, signature };

/// What the line does to the place we are in; true: it is shown.
bool is_shown(std::string_view line, Place& place)
{
    switch (place) {
    case Place::outside:
        if (!line.starts_with("-----BEGIN PGP SIGNED MESSAGE-----")) return true;
        place = Place::headings;
        return false;
    case Place::headings:
        if (line.find_first_not_of(" \t\n") == std::string_view::npos) place = Place::content;
        return false;
    case Place::content:
        if (!line.starts_with("-----BEGIN PGP SIGNATURE-----")) return true;
        place = Place::signature;
        return false;
    case Place::signature:
        if (line.starts_with("-----END PGP SIGNATURE-----")) place = Place::outside;
        return false;
    }
    return true;
}

} // namespace

PgpText without_armour(std::string text)
{
    PgpText result;
    if (text.find("-----BEGIN PGP ") == std::string::npos) {
        result.text = std::move(text);
        return result;
    }
    Place place = Place::outside;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end);
        result.is_encrypted =
            result.is_encrypted || line.starts_with("-----BEGIN PGP MESSAGE-----");
        const bool was_content = place == Place::content;
        if (!is_shown(line, place)) continue;
        // [RFC4880 7.1]
        if (was_content && line.starts_with("- ")) line.remove_prefix(2);
        result.text.append(line);
        result.is_signed = result.is_signed || was_content;
    }
    return result;
}

} // namespace mn::archive

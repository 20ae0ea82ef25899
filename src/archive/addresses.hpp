// Mail addresses in texts that everybody may read.
//
//   shown(Addresses::hide, "ask ann@example.org")     // "ask ann@…"
//   shown(Addresses::at, "ask ann@example.org")       // "ask ann at example.org"
//
// Linear time; text: UTF-8, and so is what comes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mn::archive
{

/// How addresses are shown. control/archive_addresses
enum class Addresses : std::uint8_t {
    hide, ///< authors by name only; in texts "user@…"
    at,   ///< "user at example.org"
    full,
};

/// Where an address stands in a text.
struct AddressPlace {
    std::size_t begin = 0;
    std::size_t at = 0; ///< the "@"
    std::size_t end = 0;
};

/// The first address whose "@" is at or after from, and that begins at or after from.
std::optional<AddressPlace> find_address(std::string_view text, std::size_t from);

/// address: with an "@".
std::string shown_address(Addresses how, std::string_view address);

/// The text with every address in it as it is shown.
std::string shown(Addresses how, std::string_view text);

} // namespace mn::archive

// Many subscribers at once, as text: what another list manager or a spreadsheet gives, and what
// they take.
//
//   read_roster(text, [&](const RosterEntry& entry) {
//       if (entry.address) …; else complain(entry.line, entry.text);
//   });
//   out += roster_header(RosterFormat::csv) + roster_line(RosterFormat::csv, address, how);
//
// Read are, told apart by what is in the first lines:
//   * an address a line; also "Ann <ann@example.net>", as Mailman's list_members -f prints it; a
//     line that begins with # is left out;
//   * CSV with , ; or tab between the cells [RFC4180 2]. The column of addresses is the one called
//     address, email, e-mail, mail or the like, else the first one that has an address in it. A
//     column called subscription says how: normal, digest, nomail or both.
// LF or CRLF; a byte order mark is left out. Domains of other alphabets are translated.
#pragma once

#include "list/subscribers.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mn::list
{

struct RosterEntry {
    std::size_t line;                   ///< where it begins; the first is 1
    std::string_view text;              ///< the line or cell as it is, for complaints
    std::optional<std::string> address; ///< as subscriber_address gives it; nothing: no address
    std::optional<Subscription> subscription; ///< if the roster says so
};

/// Linear in time, whatever the bytes are.
void read_roster(std::string_view text, const std::function<void(const RosterEntry&)>& use);

enum class RosterFormat : std::uint8_t { lines, csv };

/// "" for lines. Both with line ends.
std::string roster_header(RosterFormat format);
std::string roster_line(RosterFormat format, std::string_view address, Subscription subscription);

/// One address as people write it: "ann@example.net", "Ann <Ann@Example.NET>".
std::optional<std::string> written_address(std::string_view text);

} // namespace mn::list

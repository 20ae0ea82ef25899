// The control files that a new list begins with.
//
//   for (const ControlFile& file : new_list({"cats", "example.org"}, {"ann@example.net"}, *preset))
//       write(file.name, file.text);
#pragma once

#include "message/address.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

enum class Preset : std::uint8_t {
    discussion, ///< who is subscribed may post
    announce,   ///< moderators post, everybody may read
    closed,     ///< the owners decide who is subscribed
};

std::optional<Preset> parse_preset(std::string_view name);

struct ControlFile {
    std::string name;
    std::string text; ///< "" of a boolean; else lines
};

/// The owners are the moderators as well.
std::vector<ControlFile> new_list(const Address& address, const std::vector<std::string>& owners,
                                  Preset preset);

/// Why a list cannot have this address: it is nobody's to give away, or no name for a directory.
std::optional<std::string> flaw_of_list_address(const Address& address);

} // namespace mn::list

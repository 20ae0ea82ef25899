// Every control file a list may have: the one table that the reader, the checker, mn-makelist and
// the manual mn-list(5) agree on.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

enum class TunableType : std::uint8_t {
    boolean, ///< it is there, or not
    number,  ///< first line: decimal digits
    line,    ///< first line
    lines,   ///< one value a line, empty lines mean nothing
    text,    ///< all of it, byte for byte
};

struct Tunable {
    std::string_view name;
    TunableType type;
    std::string_view default_value; ///< "" when there is none
    std::string_view summary;       ///< one line, for people
    bool is_ignored = false;        ///< mlmmj has it, we have no use for it: relayhost and the like
    bool is_new = false;            ///< mlmmj does not have it
};

std::span<const Tunable> tunables();

/// nullptr when there is none of that name.
const Tunable* find_tunable(std::string_view name);

/// What is wrong with the control files of a list, line by line.
struct ControlProblem {
    std::string file;     ///< "access"
    std::size_t line = 0; ///< 0: the file as a whole
    std::string what;
    std::string remedy;
    bool is_error = true; ///< else a warning
};
/// directory: of the control files themselves.
std::vector<ControlProblem> check_control(const std::string& directory);

} // namespace mn::list

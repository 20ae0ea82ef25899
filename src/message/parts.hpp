// The parts of a message, read as a reader of mail wants it: whatever can be made of them.
//
//   const Parts parts = read_parts(message);
//   for (const Part& part : parts.list)
//       if (part.type == "text/plain") show(decoded(part));
//
// Lenient where content_type.hpp is strict: nothing may be decided by this but what people see. A
// message that can be read in two ways is read in one. Views into the message, which must outlive
// them. Linear time, no recursion, at most max_parts parts, nested at most max_depth deep; throws
// nothing for any bytes.
#pragma once

#include "message/parameters.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mn
{

struct Part {
    std::string type = "text/plain"; ///< lower case, two tokens
    Parameters parameters;           ///< of Content-Type
    std::string disposition;         ///< lower case: "attachment", "inline", …; "" : not said
    std::string name;        ///< of the file: UTF-8, one line, else as the sender has it; or ""
    std::string encoding;    ///< of transfer, lower case; ""
    std::string_view header; ///< its own
    std::string_view body;   ///< encoded
    std::size_t parent = 0;  ///< the part it is in; the first is in itself
    std::size_t end = 0;     ///< the part after the last one that is inside of it
    std::size_t depth = 0;   ///< 0: the message itself

    bool is_multipart() const { return type.starts_with("multipart/"); }
    /// Has parts of its own, and nothing else to show.
    bool is_container(std::size_t its_index) const { return end > its_index + 1; }
};

struct Parts {
    std::vector<Part> list; ///< each before those in it; the first is the whole message
    bool is_cut = false;    ///< there were more, or deeper ones
};

inline constexpr std::size_t max_parts = 200;
inline constexpr std::size_t max_depth = 20;

/// message: LF or CRLF. What is nested too deep stays one part with its bytes.
Parts read_parts(std::string_view message);

/// The body as bytes.
std::string decoded(const Part& part);

} // namespace mn

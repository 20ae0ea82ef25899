#include "message/line_length.hpp"

#include <algorithm>

namespace mn
{

void LineLength::add(std::string_view bytes)
{
    // Strides of what there is still room for: if some line ends in one, none in it was too long.
    while (!bytes.empty() && !found_) {
        const std::size_t room = max_line_length - std::min(length_, max_line_length);
        const std::size_t stride = std::min(bytes.size(), std::max<std::size_t>(room, 1));
        const std::size_t last = bytes.substr(0, stride).rfind('\n');
        if (last != std::string_view::npos) {
            length_ = 0;
            ends_in_return_ = false;
            bytes.remove_prefix(last + 1);
            continue;
        }
        length_ += stride;
        ends_in_return_ = bytes[stride - 1] == '\r';
        found_ = length_ > max_line_length + (ends_in_return_ ? 1 : 0);
        bytes.remove_prefix(stride);
    }
}

bool LineLength::is_too_long() const
{
    return found_ || length_ > max_line_length;
}

} // namespace mn

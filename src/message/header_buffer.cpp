#include "message/header_buffer.hpp"

namespace mn
{

void HeaderBuffer::add(std::string_view bytes)
{
    std::size_t position = bytes_.size();
    bytes_.append(bytes);
    while (!is_complete_) {
        const std::size_t end = bytes_.find('\n', position);
        if (end == std::string::npos) return;
        const std::string_view line =
            std::string_view(bytes_).substr(line_start_, end + 1 - line_start_);
        is_complete_ = line == "\n" || line == "\r\n";
        if (!is_complete_) line_start_ = end + 1;
        position = end + 1;
    }
}

} // namespace mn

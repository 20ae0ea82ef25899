// Collects a message that comes in pieces until its header is there.
//
//   HeaderBuffer buffer(1 << 20);
//   while (buffer.wants_more() && (count = read_some(…))) buffer.add({bytes, count});
//   look_at(buffer.header());
//   pass_on(buffer.bytes()), pass_on(the rest);
//
// Each byte is looked at once, however small the pieces are.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mn
{

class HeaderBuffer
{
public:
    /// limit: with so many bytes it is content, header or not.
    explicit HeaderBuffer(std::size_t limit) : limit_(limit) {}

    bool wants_more() const { return !is_complete_ && bytes_.size() < limit_; }

    void add(std::string_view bytes);

    /// All that was added: the header, and perhaps some of the body.
    const std::string& bytes() const { return bytes_; }

    /// Its complete lines; all of them once wants_more() is false, unless it is too long.
    std::string_view header() const { return std::string_view(bytes_).substr(0, line_start_); }

private:
    std::size_t limit_;
    std::string bytes_;
    std::size_t line_start_ = 0; ///< of the first line that is not known to belong to the header
    bool is_complete_ = false;
};

} // namespace mn

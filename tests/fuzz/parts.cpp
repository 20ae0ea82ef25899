// message/parts, and what it reads with: whatever comes, its parts are inside the message, in
// order, and never too many.
#include "fuzz.hpp"

#include "base/utf8.hpp"
#include "message/mail_date.hpp"
#include "message/parts.hpp"

namespace
{

bool is_inside(std::string_view piece, std::string_view whole)
{
    return piece.empty() || (piece.data() >= whole.data() &&
                             piece.data() + piece.size() <= whole.data() + whole.size());
}

} // namespace

void fuzz(std::string_view input)
{
    const mn::Parts parts = mn::read_parts(input);
    promise(!parts.list.empty() && parts.list.size() <= mn::max_parts);
    for (std::size_t i = 0; i < parts.list.size(); ++i) {
        const mn::Part& part = parts.list[i];
        promise(is_inside(part.header, input) && is_inside(part.body, input));
        promise(part.depth <= mn::max_depth && part.end > i && part.end <= parts.list.size());
        promise(i == 0 ? part.parent == 0 : part.parent < i);
        promise(i == 0 || parts.list[part.parent].end >= part.end);
        promise(i == 0 || part.depth == parts.list[part.parent].depth + 1);
        promise(part.type.find('/') != std::string::npos);
        promise(mn::utf8::is_valid(part.name) && part.name.find('\n') == std::string::npos);
        promise(mn::decoded(part).size() <= part.body.size() + 3);
    }
    const auto date = mn::mail_date(input);
    promise(!date || (*date >= 0 && *date <= 253402300799));
    mn::received_date(input);
}

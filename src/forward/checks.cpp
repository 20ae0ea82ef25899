#include "forward/checks.hpp"

#include "auth/authres.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "message/header.hpp"

#include <algorithm>
#include <string>

namespace mn::forward
{
namespace
{

bool is_mark(const HeaderField& field, std::string_view recipient)
{
    return field.is("Delivered-To") && equal_ignoring_case(unfolded(field.value), recipient);
}

} // namespace

void refuse_loop(std::string_view header, std::string_view recipient)
{
    unsigned hops = 0;
    for (const HeaderField& field : header_fields(header)) {
        if (field.is("Received")) ++hops;
        if (hops > 0 && is_mark(field, recipient))
            throw Error("5.4.6", "mail forwarding loop",
                        cat("the message was forwarded to ", printable(recipient), " before"));
    }
    if (hops > max_hops)
        throw Error("5.4.6", "too many hops", cat(std::to_string(hops), " Received fields"));
}

bool has_delivery_mark(std::string_view header, std::string_view recipient)
{
    for (const HeaderField& field : header_fields(header)) {
        if (field.is("Received")) return false;
        if (is_mark(field, recipient)) return true;
    }
    return false;
}

bool has_failed_dmarc(std::string_view header, std::string_view authserv_id)
{
    const auto results = authres::find(header, authserv_id);
    return results && std::any_of(results->methods.begin(), results->methods.end(),
                                  [](const authres::Method& method) {
                                      return method.method == "dmarc" && method.result == "fail";
                                  });
}

} // namespace mn::forward

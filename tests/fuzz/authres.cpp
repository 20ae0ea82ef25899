// auth/authres: what is written can be read again, and what is removed cannot be found any more.
#include "fuzz.hpp"

#include "auth/authres.hpp"
#include "base/text.hpp"
#include "message/header.hpp"

using namespace mn;

namespace
{

void check_written(const authres::Results& results)
{
    const std::string text = authres::write(results);
    make_field(authres::field_name, text, "\n");
    const auto again = authres::parse(text);
    promise(again && again->methods.size() == results.methods.size());
    for (std::size_t i = 0; i < results.methods.size(); ++i) {
        promise(again->methods[i].properties.size() == results.methods[i].properties.size());
        promise(again->methods[i].reason.empty() == results.methods[i].reason.empty());
    }
    // What had to be made harmless may need no quotes now; a third time nothing changes any more.
    const std::string second = authres::write(*again);
    const auto third = authres::parse(second);
    promise(third && authres::write(*third) == second);
}

} // namespace

void fuzz(std::string_view input)
{
    const std::string_view id = "mx.example.org";
    if (const auto results = authres::parse(input)) check_written(*results);
    check_written({std::string(input),
                   {{"spf",
                     "pass",
                     std::string(input),
                     std::string(input),
                     {{"smtp", "mailfrom", std::string(input)}}}}});
    if (authres::claimed_id(input) == id) promise(authres::claims(input, id));

    const std::string header = cat("Authentication-Results:", input, "\n");
    const std::string without = authres::remove(header, id);
    promise(!authres::find(without, id));
    promise(authres::remove(without, id) == without);
}

// Which fields of a header a signature covers. [RFC6376 5.4.2]
//
//   const SignedFields fields(header);
//   fields.select({"from", "to", "from"}, {}, [&](const HeaderField& field) { … });
//
// Built once for a message and used by all its signatures; linear time (but for sorting names).
// Views into the header, which must outlive it.
#pragma once

#include "message/header.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mn::dkim
{

class SignedFields
{
public:
    explicit SignedFields(std::string_view header);

    const std::vector<HeaderField>& all() const { return fields_; }

    /// Places in all() of the fields of this name, topmost first.
    const std::vector<std::size_t>& places(std::string_view name) const;

    /// The fields that an h= list means: each name takes the lowest field that it has not taken
    /// yet; a name without one means nothing. signature: the field that is being verified, never
    /// among them; npos when there is none.
    void select(const std::vector<std::string_view>& names, std::size_t signature,
                const std::function<void(const HeaderField&)>& use) const;

    static constexpr std::size_t npos = static_cast<std::size_t>(-1);

private:
    std::vector<HeaderField> fields_;
    std::map<std::string, std::vector<std::size_t>, std::less<>> by_name_;
};

} // namespace mn::dkim

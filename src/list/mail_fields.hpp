// The header of a mail that the list writes itself: what a text or an owner gives comes first, what
// is missing is added, nothing is there twice.
//
//   MailFields fields;
//   const std::string_view body = fields.take(expanded_text);
//   fields.add_missing("Subject", "Hello");
//   const std::string mail = cat(fields.text(), "\n", body);
//
// Lines end in LF. Values of other alphabets are encoded. [RFC2047]
#pragma once

#include "list/list.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

class MailFields
{
public:
    /// Throws Error 4.3.0 for a value that would break the header.
    void add(std::string_view name, std::string_view value);

    /// Nothing is added for an empty value either.
    void add_missing(std::string_view name, std::string_view value);

    bool has(std::string_view name) const;

    /// The fields that the text begins with; those that say who gets the mail or who has sent it
    /// are left out. Returns the body: what follows the empty line, or the first line that is no
    /// field.
    std::string_view take(std::string_view text);

    /// list_fields(), without what is there already.
    void add_list_fields(const List& list);

    const std::string& text() const { return text_; }

private:
    std::string text_;
    std::vector<std::string> names_;
};

} // namespace mn::list

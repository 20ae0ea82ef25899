// The header of one message: find, add and remove fields without touching any other byte.
//
//   const mn::MessageParts parts = mn::split_message(message);
//   for (const mn::HeaderField& field : mn::header_fields(parts.header))
//       if (field.is("Subject")) use(mn::unfolded(field.value));
//   write(mn::remove_fields(parts.header, "Bcc")), write(parts.separator), write(parts.body);
//
// Everything is a view into the message, which must outlive it. Lines end in LF or CRLF, even
// mixed; a bare CR is an ordinary byte. Whatever a stranger sends is taken: a line that is no field
// keeps its place as a field without a name. Time is linear in the size of the header, for any
// header.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn
{

/// A message cut where the header ends. The three, in order, are the message. [RFC5322 2.1]
struct MessageParts {
    std::string_view header;    ///< all its lines with their line ends; empty if there is none
    std::string_view separator; ///< the empty line; empty when the message has no body
    std::string_view body;
};
MessageParts split_message(std::string_view message);

/// One field as it stands in the message.
struct HeaderField {
    std::string_view text;  ///< all of it: name, colon, value, folded lines, line end
    std::string_view name;  ///< as written, without the white space before the colon that old
                            ///< mail may have [RFC5322 4.5]; empty when the line is no field
    std::string_view value; ///< what follows the colon, raw: folds kept, last line end removed

    /// Has this name, in whatever case. False for a line that is no field.
    bool is(std::string_view wanted) const;
};

/// Every field in order. Their texts, joined, are the header.
/// header: as split_message() gives it.
std::vector<HeaderField> header_fields(std::string_view header);

/// The first field of that name: the topmost, hence the one added last.
std::optional<HeaderField> find_field(std::string_view header, std::string_view name);

/// The value on one line: line ends removed, white space at both ends too. [RFC5322 2.2.3]
std::string unfolded(std::string_view value);

/// The line end this text uses: "\r\n" if its first line ends so, else "\n".
std::string_view line_end_of(std::string_view text);

/// A complete field, "name: value" and line end, ready to be put before a header.
/// value: may hold folds of its own, "\n" followed by a space or tab; they get this line end.
/// Throws Error 4.3.0 when name or value would break the header: a program's mistake, or an attempt
/// to inject a field through a value that came from outside.
std::string make_field(std::string_view name, std::string_view value, std::string_view line_end);

/// The header without any field of that name.
std::string remove_fields(std::string_view header, std::string_view name);

} // namespace mn

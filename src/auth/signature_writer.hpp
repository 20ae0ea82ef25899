// A signature field in the making: its tags folded, first without b=, then with it. [RFC6376 3.5]
//
//   SignatureWriter field("DKIM-Signature");
//   field.tag("v", "1"), field.list("h", {"From", "To"}), field.signature();
//   key.sign(sha256(cat(fields_signed, field.to_sign(Canonicalization::relaxed))));
//   std::string text = field.complete(signature, "\n");
#pragma once

#include "auth/dkim.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mn::dkim
{

/// Of the value of b=. Whoever signs the field in turn, as an ARC-Seal does, signs its folds.
enum class Layout : std::uint8_t { folded, one_line };

class SignatureWriter
{
public:
    explicit SignatureWriter(std::string_view name);

    void tag(std::string_view name, std::string_view value);
    void list(std::string_view name, const std::vector<std::string>& values);
    /// The place of b=.
    void signature();

    /// The field as the signature covers it.
    std::string to_sign(Canonicalization form) const;

    /// The whole field. signature: raw bytes.
    std::string complete(std::string_view signature, std::string_view line_end,
                         Layout layout = Layout::folded) const;

private:
    void word(std::string_view text, bool joins);

    std::string text_; ///< with CRLF before each fold
    std::size_t column_ = 0;
    std::size_t place_ = 0; ///< of the value of b=
};

/// CRLF replaced by another line end.
std::string with_line_end(std::string_view text, std::string_view line_end);

} // namespace mn::dkim

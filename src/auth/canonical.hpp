// The two canonical forms that DKIM and ARC hash: what a relay may change is made the same first.
// [RFC6376 3.4]
//
//   BodyCanonicalizer canonical(dkim::Canonicalization::relaxed, [&](auto bytes) { … });
//   canonical.update(chunk); …                    // cut anywhere
//   canonical.finish();
//
// LF and CRLF are line ends, and give the same result; a bare CR is a byte like others. Memory is
// constant and time linear; the relaxed form costs less than hashing it does.
#pragma once

#include "auth/dkim.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mn::dkim
{

class BodyCanonicalizer
{
public:
    using Sink = std::function<void(std::string_view)>;

    /// sink gets the canonical body, piece by piece.
    BodyCanonicalizer(Canonicalization form, Sink sink);

    void update(std::string_view chunk);
    void finish();

private:
    std::string_view take_ordinary_text(std::string_view chunk);
    std::string_view take_relaxed(std::string_view chunk);
    std::string_view take_simple(std::string_view chunk);
    std::string_view after_carriage_return(std::string_view chunk);
    void end_line();
    void text(std::string_view bytes);
    void put(std::string_view bytes);
    void flush();

    Canonicalization form_;
    Sink sink_;
    std::array<char, 16384> buffer_;
    std::size_t used_ = 0;
    std::uint64_t owed_line_ends_ = 0; ///< written only when text follows: the last ones go away
    bool owed_space_ = false;          ///< likewise: white space at the end of a line goes away
    bool owed_carriage_return_ = false;
    bool has_text_ = false;
};

/// One header field in canonical form, with its CRLF. text: all of it, as header_fields() gives it.
/// [RFC6376 3.4.1] [RFC6376 3.4.2]
std::string canonical_field(Canonicalization form, std::string_view text);

/// The same without the value of its b= tag and without the final CRLF: how a signature signs
/// itself. raw_b: the bytes between "b=" and ";", a view into text. [RFC6376 3.7]
std::string canonical_signature_field(Canonicalization form, std::string_view text,
                                      std::string_view raw_b);

} // namespace mn::dkim

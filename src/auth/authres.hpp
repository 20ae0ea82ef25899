// Authentication-Results: read, write, remove what others claim in our name. [RFC8601]
//
//   header = authres::remove(header, "mx.example.org");                  // forged ones
//   std::string field = make_field(authres::field_name, authres::write(results), "\n");
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::authres
{

inline constexpr std::string_view field_name = "Authentication-Results";

/// "header.from=example.org".
struct Property {
    std::string type;     ///< "smtp", "header", "body", "policy"
    std::string property; ///< "mailfrom"
    std::string value;
};

/// One method: "spf=pass (comment) reason="…" smtp.mailfrom=…".
struct Method {
    std::string method;  ///< lower case
    std::string result;  ///< lower case
    std::string comment; ///< without its parentheses; any text, made harmless when written
    std::string reason;  ///< any text, likewise
    std::vector<Property> properties;

    /// The value of the first such property, or "".
    std::string_view property(std::string_view type, std::string_view name) const;
};

struct Results {
    std::string authserv_id;
    std::vector<Method> methods; ///< empty: "none"
};

/// The value of the field, folded with "\n " before each method and where a line gets long;
/// whatever the values hold, it is one well-formed field. Line ends are for make_field() to settle.
std::string write(const Results& results);

/// Nothing when the value is not well-formed.
std::optional<Results> parse(std::string_view value);

/// The authserv-id a field claims, lower case, as leniently as any consumer may read it: also when
/// the rest is nonsense. Empty when there is none.
std::string claimed_id(std::string_view value);

/// Must this field go, because somebody may read it as ours: it claims this authserv-id in
/// whatever disguise, or claims none that can be read. [RFC8601 5]
bool claims(std::string_view value, std::string_view authserv_id);

/// Which of the Authentication-Results fields of a header claims() is true of, counted from 1.
std::vector<unsigned> forged(std::string_view header, std::string_view authserv_id);

/// The header without those.
std::string remove(std::string_view header, std::string_view authserv_id);

/// The topmost results of this authserv-id in a header: to be trusted only where remove() was done
/// by us before.
std::optional<Results> find(std::string_view header, std::string_view authserv_id);

/// Did we decide, when the message came in, that it is for the Junk folder? Then our results have a
/// dmarc method with policy.dmarc=quarantine.
bool is_quarantined(std::string_view header, std::string_view authserv_id);

} // namespace mn::authres

// Macros of SPF: check them, and put in what they stand for. [RFC7208 7]
//
//   if (const auto flaw = spf::flaw_of_domain_spec("%{i}._spf.%{d2}")) permerror(*flaw);
//   const std::string name = spf::expand("%{i}._spf.%{d2}", values);
//
// Texts are as hostile as the domain that publishes them: time is linear, and what comes out is
// cut to the last max_expansion bytes.
#pragma once

#include "base/ip_address.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mn::spf
{

inline constexpr std::size_t max_expansion = 8192;

/// Why this is no domain-spec [RFC7208 7.1]; nothing when it is one.
std::optional<std::string> flaw_of_domain_spec(std::string_view text);

/// The same for the value of an unknown modifier. [RFC7208 6]
std::optional<std::string> flaw_of_macro_string(std::string_view text);

/// The same for the text that exp= leads to. [RFC7208 6.2]
std::optional<std::string> flaw_of_explanation(std::string_view text);

/// What the letters stand for. [RFC7208 7.2]
struct MacroValues {
    std::string_view local;         ///< l
    std::string_view sender_domain; ///< o
    std::string_view domain;        ///< d
    std::string_view helo;          ///< h
    std::string_view receiver;      ///< r
    IpAddress client;               ///< i v c
    std::int64_t now = 0;           ///< t
    /// p: asks the DNS, so only when it is needed.
    std::function<std::string()> validated_name;
};

/// text: one without flaw.
std::string expand(std::string_view text, const MacroValues& values);

/// An expanded name fit for a query: final dot removed, and whole labels from the left until it
/// has 253 bytes at most. [RFC7208 7.3]
std::string fit_name(std::string_view expanded);

} // namespace mn::spf

// The words that Authentication-Results has for results. [RFC8601 2.7.1] [RFC8601 2.7.2]
//
//   std::string_view verdict_name(Verdict verdict) { return auth::result_word(verdict); }
//
// SPF, DKIM, ARC and DMARC have each a type for those results that it can come to, and no others;
// the words are the same for all of them, and are here. Used where those types are defined.
#pragma once

#include <string_view>

namespace mn::auth
{

template <typename Verdict>
constexpr std::string_view result_word(Verdict verdict)
{
    if (verdict == Verdict::pass) return "pass";
    if (verdict == Verdict::fail) return "fail";
    if (verdict == Verdict::temperror) return "temperror";
    if constexpr (requires { Verdict::permerror; })
        if (verdict == Verdict::permerror) return "permerror";
    if constexpr (requires { Verdict::neutral; })
        if (verdict == Verdict::neutral) return "neutral";
    if constexpr (requires { Verdict::softfail; })
        if (verdict == Verdict::softfail) return "softfail";
    if constexpr (requires { Verdict::policy; })
        if (verdict == Verdict::policy) return "policy";
    return "none";
}

} // namespace mn::auth

// From results to a verdict: the rules, apart from how the results came about. Used by judge.cpp.
#pragma once

#include "auth/judge.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mn::auth
{

/// The trusted sealer that saw DMARC pass for this author domain; empty when there is none. The
/// chain must hold, and every sealer after that one must be trusted too: each could have made up
/// what stands before its own set. [RFC8617 7.2.1]
std::string sealer_that_saw_pass(const arc::Result& chain, std::string_view author_domain,
                                 const std::vector<std::string>& trusted);

/// Fills in action, text and reason. The strictest of all that applies; a certain reject before a
/// temporary doubt.
void decide(Judgement& judgement, const Envelope& envelope, const Settings& settings);

/// The judgement as Authentication-Results.
authres::Results results_of(const Judgement& judgement, const Envelope& envelope,
                            const Settings& settings);

} // namespace mn::auth

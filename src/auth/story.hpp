// A judgement told from the beginning: for people, and for programs.
//
//   print(auth::story(judgement, envelope, resolver.lookups()));
//   for (const std::string& line : auth::story_json(judgement, envelope, resolver.lookups())) …
//
// Whatever strangers wrote is made printable.
#pragma once

#include "auth/judge.hpp"
#include "dns/resolver.hpp"

#include <string>
#include <vector>

namespace mn::auth
{

/// Lines of at most about 100 columns, unless a record is longer.
std::string story(const Judgement& judgement, const Envelope& envelope,
                  const std::vector<dns::Lookup>& lookups);

/// One JSON object for each lookup, result and the verdict, told apart by "kind".
std::vector<std::string> story_json(const Judgement& judgement, const Envelope& envelope,
                                    const std::vector<dns::Lookup>& lookups);

/// "v=spf1 -all", 192.0.2.1, no such name: the answer in a few words.
std::string answer_text(const dns::Lookup& lookup);

} // namespace mn::auth

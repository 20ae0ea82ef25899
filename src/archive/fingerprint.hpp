// All that pages depend on besides the messages, as a number: when it is another one than that of
// the pages that are there, they are made anew, so that an archive never is half of one kind and
// half of another.
//
//   if (fingerprint_of(facts, removed) != state.fingerprint) rebuild();
//
// It is made of what the settings are, and of the pages of a sample: so it changes with a program
// that makes other pages.
#pragma once

#include "archive/pages.hpp"

#include <set>
#include <string>

namespace mn::archive
{

/// 64 hexadecimal digits.
std::string fingerprint_of(const ListFacts& facts, const std::set<std::string>& removed);

} // namespace mn::archive

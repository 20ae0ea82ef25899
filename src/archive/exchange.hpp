// A directory that is made beside the one it replaces, in one step: OUT/.NAME.new for OUT/NAME.
//
//   const Tree tree = begin_new(out, "cats");      // empty
//   …
//   tree.sync();
//   put_in_place(out, "cats");                     // readers see the old one, or the new one
//   take_away(out, "cats");                        // or none
//
// What is replaced is removed. Where the file system cannot exchange two names (some network file
// systems), there is a moment without either. Throws Error 4.3.x.
#pragma once

#include "archive/tree.hpp"

#include <string>

namespace mn::archive
{

Tree begin_new(const Tree& out, const std::string& name);
void put_in_place(const Tree& out, const std::string& name);
void take_away(const Tree& out, const std::string& name);

/// What a run that was ended has left beside OUT/NAME.
void remove_leftovers(const Tree& out, const std::string& name);

/// Is nothing in it that people could see?
bool is_empty(const Tree& tree);

} // namespace mn::archive

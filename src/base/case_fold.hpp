// Text made ready to be searched: capital letters as small ones, of the alphabets that have two
// (Latin, Greek, Cyrillic), and control characters, line ends among them, as spaces.
//
//   fold_case({text.data(), text.size()});          // "ÄRGER" becomes "ärger"
//
// In place and byte for byte as long as before, so that what is found in the folded text is at the
// same place in the other. Only characters of one or two bytes in UTF-8 whose small letter has as
// many; everything else stays, also bytes that are no UTF-8. A gigabyte a second.
#pragma once

#include <span>

namespace mn
{

void fold_case(std::span<char> text);

} // namespace mn

#include "archive/patch_lines.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mn::archive;

namespace
{

/// One letter for each line.
std::string kinds(const std::vector<std::string>& lines)
{
    PatchLines patch;
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string after = i + 1 < lines.size() ? lines[i + 1] : "";
        text.push_back(".h+-="[static_cast<std::size_t>(patch.look(lines[i], after))]);
    }
    return text;
}

} // namespace

TEST_CASE("archive/patch_lines: what the headings announce, and no more")
{
    CHECK(kinds({"diff --git a/x b/x", "index 1..2", "--- a/x", "+++ b/x", "@@ -1,2 +1,3 @@ f()",
                 " a", "-b", "+c", "+d", "-- ", "2.39"}) == "h.hhh=-++..");
    CHECK(kinds({"@@ -1 +1 @@", "-a", "\\ No newline at end of file", "+b", "+c"}) == "h-=+.");
    CHECK(kinds({"@@ -1,3 +1,3 @@", " a", "", " b", "+c"}) == "h===.");
    CHECK(kinds({"@@ -1,3 +1,3 @@", " a", "text", "-b"}) == "h=..");
    // A removed line that looks like a heading or a signature.
    CHECK(kinds({"@@ -1,2 +0,0 @@", "-- ", "--- a", "x"}) == "h--.");
}

TEST_CASE("archive/patch_lines: no patch")
{
    CHECK(kinds({"- one", "+ two", "--- x", "text", "+++", "@@ x @@", "@@ -a,b +c @@",
                 "@@ -1,99999999999999999999999 +1 @@", "@@ -,1 +1 @@"}) == ".........");
}

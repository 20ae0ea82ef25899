// src/config/aliases.hpp, text_index.hpp
#include "config/aliases.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mn::config;

namespace
{

/// "name: target target" of each entry, as read.
std::vector<std::string> entries_of(const AliasFile& file)
{
    std::vector<std::string> result;
    for (const AliasEntry& entry : file.entries()) {
        std::string text(file.name(entry));
        text.append(":");
        for (const TextRange target : file.targets(entry))
            text.append(" ").append(file.text(target));
        result.push_back(text);
    }
    return result;
}

std::vector<std::string> entries_of(const std::string& text)
{
    const AliasFile file = parse_aliases(text, "f");
    CHECK(file.problems().empty());
    return entries_of(file);
}

using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("config/aliases: names, targets, separators")
{
    CHECK(entries_of("a@b c\n") == Lines{"a@b: c"});
    CHECK(entries_of("a@b\t c@d , e,f\tg  \n") == Lines{"a@b: c@d e f g"});
    CHECK(entries_of("a c,\nb d") == Lines{"a: c", "b: d"});
    CHECK(entries_of("@b c") == Lines{"@b: c"});
    CHECK(entries_of("") == Lines{});
    CHECK(entries_of("\n \n\t\n") == Lines{});
}

TEST_CASE("config/aliases: kinds")
{
    const AliasFile file = parse_aliases("a@b c\na c\n@b c\n", "f");
    REQUIRE(file.entries().size() == 3);
    CHECK(file.entries()[0].kind == AliasKind::address);
    CHECK(file.entries()[1].kind == AliasKind::bare_name);
    CHECK(file.entries()[2].kind == AliasKind::catch_all);
}

TEST_CASE("config/aliases: comments, continuation, line ends")
{
    CHECK(entries_of("a b # c d\n#e\n  # f\n\n g # h\ni j\n") == Lines{"a: b g", "i: j"});
    CHECK(entries_of("a b\r\n c\r\n\r\nd e\r\n") == Lines{"a: b c", "d: e"});
    CHECK(entries_of("a\n b\n c") == Lines{"a: b c"});
    CHECK(entries_of("a b#c d") == Lines{"a: b#c d"});
    CHECK(entries_of("# \xc3\xa4 in a comment\na b\n") == Lines{"a: b"});
}

TEST_CASE("config/aliases: lines are counted through continuations")
{
    const AliasFile file = parse_aliases("# 1\n\na b\n  c\n# 5\n  d\ne f", "f");
    REQUIRE(file.entries().size() == 2);
    const AliasEntry& first = file.entries()[0];
    CHECK(file.line(first) == 3);
    CHECK(file.line(file.targets(first)[0]) == 3);
    CHECK(file.line(file.targets(first)[1]) == 4);
    CHECK(file.line(file.targets(first)[2]) == 6);
    CHECK(file.line(file.entries()[1]) == 7);
}

TEST_CASE("config/aliases: a bad line does not disturb the others")
{
    const AliasFile file =
        parse_aliases("a b\nx: y\n z\nc d\ne\x01 f\n g\nh i\nk \"l\"\n m\nn o\n", "f");
    CHECK(entries_of(file) == Lines{"a: b", "c: d", "h: i", "k:", "n: o"});
    REQUIRE(file.problems().size() == 3);
    CHECK(file.problems()[0].line == 2);
    CHECK(file.problems()[0].remedy.find("colon") != std::string::npos);
    CHECK(file.problems()[1].line == 5);
    CHECK(file.problems()[2].line == 8);
}

TEST_CASE("config/aliases: a name twice keeps the first and names both lines")
{
    const AliasFile file = parse_aliases("a@b c\nA@B d\na e\n", "f");
    CHECK(entries_of(file) == Lines{"a@b: c", "a: e"});
    REQUIRE(file.problems().size() == 1);
    CHECK(file.problems()[0].line == 2);
    CHECK(file.problems()[0].what == "\"A@B\" is already on line 1");
}

TEST_CASE("config/aliases: a name that had a bad target is still known")
{
    const AliasFile file = parse_aliases("a@b <c>\nd@b a\n", "f");
    CHECK(file.find("a@b") == 0);
    CHECK(file.find("d@b") == 1);
    CHECK(file.find("A@b") == TextIndex::none);
    CHECK(file.find("x@b") == TextIndex::none);
    CHECK(file.find("") == TextIndex::none);
}

TEST_CASE("config/aliases: a carriage return alone is no line end, not even in a comment")
{
    CHECK(parse_aliases("a b\rc d\r", "f").problems().size() == 1);
    CHECK(parse_aliases("# a b\rc d\r\n", "f").problems().size() == 1);
}

TEST_CASE("config/aliases: at most 1000 targets")
{
    std::string text = "a@b";
    for (int i = 0; i < 1000; ++i)
        text.append(" t").append(std::to_string(i));
    CHECK(parse_aliases(text, "f").problems().empty());
    const AliasFile file = parse_aliases(text + "\n x\nb@b c\n", "f");
    REQUIRE(file.problems().size() == 1);
    CHECK(file.problems()[0].line == 2);
    CHECK(entries_of(file) == Lines{"a@b:", "b@b: c"});
}

TEST_CASE("config/text_index: finds what was put in, blind to case, and nothing else")
{
    std::vector<std::string> names;
    TextIndex index;
    const auto text_of = [&](std::uint32_t id) { return std::string_view(names[id]); };
    for (std::uint32_t i = 0; i < 5000; ++i) {
        names.push_back("Name" + std::to_string(i));
        CHECK(index.insert("name" + std::to_string(i), i, text_of) == i);
    }
    CHECK(index.insert("name7", 5000, text_of) == 7);
    for (std::uint32_t i = 0; i < 5000; ++i)
        CHECK(index.find("name" + std::to_string(i), text_of) == i);
    CHECK(index.find("name5000", text_of) == TextIndex::none);
    CHECK(index.find("", text_of) == TextIndex::none);
}

TEST_CASE("config/text_index: a folded text that is too long is no text")
{
    CHECK(FoldedText("Ab", "C").text() == "ab@c");
    CHECK(FoldedText(std::string(318, 'a')).text().size() == 318);
    CHECK(FoldedText(std::string(319, 'a')).text().empty());
}

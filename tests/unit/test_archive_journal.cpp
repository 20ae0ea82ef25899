// src/archive/tree.hpp, changes.hpp, journal.hpp
#include "archive/journal.hpp"

#include "scratch_directory.hpp"

#include <doctest/doctest.h>

using namespace mn::archive;

TEST_CASE("archive/tree: files below it, with the directories they need")
{
    const ScratchDirectory scratch;
    const Tree tree(scratch.path());
    CHECK_FALSE(tree.has("a/b/c"));
    CHECK_FALSE(tree.read("a/b/c", 10));
    tree.write("a/b/c", "0123456789");
    CHECK(tree.size_of("a/b/c") == 10);
    CHECK(tree.read_first("a/b/c", 3) == "012");
    CHECK(tree.read_last("a/b/c", 3) == "789");
    CHECK(tree.read_last("a/b/c", 30) == "0123456789");
    CHECK_THROWS_AS((void)tree.read("a/b/c", 9), mn::Error);
    tree.write_end("a/b/c", 8, "xyz");
    CHECK(tree.read("a/b/c", 99) == "01234567xyz");
    tree.write_end("a/b/c", 2, "-");
    CHECK(tree.read("a/b/c", 99) == "01-");
    CHECK_THROWS_AS(tree.write_end("missing", 0, ""), mn::Error);
    tree.remove("a/b/c");
    tree.remove("a/b/c");
    CHECK_FALSE(tree.has("a/b/c"));
}

TEST_CASE("archive/tree: replace only what differs, and leave nothing")
{
    const ScratchDirectory scratch;
    const Tree tree(scratch.path());
    CHECK(tree.replace_if_other("f", ""));
    CHECK_FALSE(tree.replace_if_other("f", ""));
    CHECK(tree.replace_if_other("f", "abc"));
    CHECK(tree.replace_if_other("f", "ab"));
    CHECK_FALSE(tree.replace_if_other("f", "ab"));
    CHECK(scratch.count() == 1);
}

TEST_CASE("archive/tree: links lead nowhere")
{
    const ScratchDirectory scratch;
    const Tree tree(scratch.path());
    tree.write("real", "x");
    std::filesystem::create_symlink("real", scratch.file("link"));
    CHECK_THROWS_AS((void)tree.read("link", 9), mn::Error);
    CHECK_THROWS_AS(tree.write("link", "y"), mn::Error);
    CHECK(tree.read("real", 9) == "x");
}

namespace
{

/// old grows, new is made.
Changes some_changes(const Tree& tree)
{
    Changes changes(tree);
    Growth& growth = changes.grow("old", "tail\n");
    growth.body += "more\n";
    growth.tail = "another tail\n";
    changes.begin("d/new", "head\n").tail = "tail\n";
    changes.add("d/whole", "bytes");
    return changes;
}

} // namespace

TEST_CASE("archive/changes: what grows is continued where its tail was")
{
    const ScratchDirectory scratch;
    const Tree tree(scratch.path());
    tree.write("old", "head\ntail\n");
    Changes changes = some_changes(tree);
    CHECK(changes.has("old"));
    CHECK(changes.has("d/new"));
    CHECK(changes.size() == 5);
    CHECK(&changes.grow("old", "whatever") == &changes.grow_or_begin("old"));
    changes.write();
    CHECK(tree.read("old", 99) == "head\nmore\nanother tail\n");
    CHECK(tree.read("d/new", 99) == "head\ntail\n");
    changes.clear();
    changes.grow("old", "another tail\n").tail = "t\n";
    changes.write();
    CHECK(tree.read("old", 99) == "head\nmore\nt\n");
}

TEST_CASE("archive/changes: a file that does not end in its tail is damaged")
{
    const ScratchDirectory scratch;
    const Tree tree(scratch.path());
    tree.write("old", "tail\n.");
    Changes changes(tree);
    CHECK_THROWS_AS(changes.grow("old", "tail\n"), Damaged);
    CHECK_THROWS_AS(changes.grow("old", "a long tail\n"), Damaged);
    CHECK_THROWS_AS(changes.grow("missing", ""), Damaged);
}

TEST_CASE("archive/journal: what was written is undone")
{
    const ScratchDirectory scratch;
    const Tree tree(scratch.path());
    tree.write("old", "head\ntail\n");
    const Changes changes = some_changes(tree);
    write_journal(tree, {3, 5}, changes);
    changes.write();
    CHECK(undo_journal(tree, 3));
    CHECK(tree.read("old", 99) == "head\ntail\n");
    CHECK_FALSE(tree.has("d/new"));
    CHECK_FALSE(tree.has("d/whole"));
    CHECK_FALSE(tree.has(".journal"));
    CHECK_FALSE(undo_journal(tree, 3));
}

TEST_CASE("archive/journal: what was finished stays")
{
    const ScratchDirectory scratch;
    const Tree tree(scratch.path());
    tree.write("old", "head\ntail\n");
    const Changes changes = some_changes(tree);
    write_journal(tree, {3, 5}, changes);
    changes.write();
    CHECK_FALSE(undo_journal(tree, 5));
    CHECK(tree.has("d/new"));
    CHECK_FALSE(tree.has(".journal"));
}

TEST_CASE("archive/journal: one that cannot be read is damage, and so is one whose file is missing")
{
    const ScratchDirectory scratch;
    const Tree tree(scratch.path());
    for (const char* const text :
         {"", "nonsense\n", "mn-journal 1 2\n", "mn-journal 1 2\nend", "mn-journal 1 2\nnew\nend\n",
          "mn-journal 1 x\nend\n", "mn-journal 1 2\nold a 0 99\nabc\nend\n",
          "mn-journal 1 2\nold missing 0 0\nend\n", "mn-journal 1 2\nend\nmore\n"}) {
        tree.write(".journal", text);
        CHECK_THROWS_AS(undo_journal(tree, 1), Damaged);
    }
}

#include "base/cleanup.hpp"
#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/scratch_file.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <sys/wait.h>
#include <unistd.h>

using namespace mn;

TEST_CASE("base/scratch_file: appears complete under its name, mode 0600")
{
    const ScratchDirectory scratch;
    const Fd directory = open_directory(scratch.path());
    ScratchFile file(directory.get());
    write_all(file.fd(), "content", "test");
    file.sync();
    CHECK(scratch.count() == 0);
    CHECK(file.publish(directory.get(), "name") == ScratchFile::Outcome::published);
    CHECK(read_file(scratch.file("name"), 100) == "content");
    const auto permissions = std::filesystem::status(scratch.file("name")).permissions();
    CHECK(permissions == std::filesystem::perms(0600));
}

TEST_CASE("base/scratch_file: a name that is taken is reported and its file untouched")
{
    const ScratchDirectory scratch;
    const Fd directory = open_directory(scratch.path());
    replace_file(scratch.file("name"), "old", 0600);
    ScratchFile file(directory.get());
    file.sync();
    CHECK(file.publish(directory.get(), "name") == ScratchFile::Outcome::name_taken);
    CHECK(read_file(scratch.file("name"), 100) == "old");
}

TEST_CASE("base/scratch_file: published a second time under the same name is still published")
{
    const ScratchDirectory scratch;
    const Fd directory = open_directory(scratch.path());
    ScratchFile file(directory.get());
    file.sync();
    CHECK(file.publish(directory.get(), "name") == ScratchFile::Outcome::published);
    // What a retransmitted NFS request looks like: done, and told "exists".
    CHECK(file.publish(directory.get(), "name") == ScratchFile::Outcome::published);
}

TEST_CASE("base/cleanup: a temporary name goes with its object, unless kept")
{
    const ScratchDirectory scratch;
    replace_file(scratch.file("gone"), "x", 0600);
    replace_file(scratch.file("kept"), "x", 0600);
    {
        const cleanup::TemporaryName gone(AT_FDCWD, scratch.file("gone"));
        cleanup::TemporaryName kept(AT_FDCWD, scratch.file("kept"));
        kept.keep();
    }
    CHECK_FALSE(std::filesystem::exists(scratch.file("gone")));
    CHECK(std::filesystem::exists(scratch.file("kept")));
}

TEST_CASE("base/cleanup: run() removes every name that is left, in whatever order they went")
{
    const ScratchDirectory scratch;
    for (const char* name : {"a", "b", "c"})
        replace_file(scratch.file(name), "x", 0600);
    const cleanup::TemporaryName a(AT_FDCWD, scratch.file("a"));
    auto b = std::make_unique<cleanup::TemporaryName>(AT_FDCWD, scratch.file("b"));
    const cleanup::TemporaryName c(AT_FDCWD, scratch.file("c"));
    b->keep();
    b.reset();
    cleanup::run();
    CHECK_FALSE(std::filesystem::exists(scratch.file("a")));
    CHECK(std::filesystem::exists(scratch.file("b")));
    CHECK_FALSE(std::filesystem::exists(scratch.file("c")));
}

TEST_CASE("base/directory: finds an entry, and leaves the descriptor where it was")
{
    const ScratchDirectory scratch;
    const Fd directory = open_directory(scratch.path());
    replace_file(scratch.file("wanted"), "x", 0600);
    const auto is_wanted = [](std::string_view name) { return name == "wanted"; };
    CHECK(find_entry(directory.get(), is_wanted) == "wanted");
    CHECK(find_entry(directory.get(), is_wanted) == "wanted");
    CHECK_FALSE(find_entry(directory.get(), [](std::string_view name) { return name == "no"; }));
}

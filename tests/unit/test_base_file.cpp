#include "base/error.hpp"
#include "base/file.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace
{

constexpr std::size_t limit = 1 << 20;

mode_t mode_of(const std::string& path)
{
    struct stat status {
    };
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

} // namespace

TEST_CASE("base/file: a new file has the mode asked for, whatever the umask")
{
    const ScratchDirectory scratch;
    const mode_t old = ::umask(077);
    CHECK(mn::replace_file(scratch.file("x"), "one\n", 0644));
    ::umask(old);
    CHECK(mn::read_file(scratch.file("x"), limit) == "one\n");
    CHECK(mode_of(scratch.file("x")) == 0644);
    CHECK(scratch.count() == 1);
}

TEST_CASE("base/file: a replaced file keeps mode and owner")
{
    const ScratchDirectory scratch;
    const std::string path = scratch.file("x");
    mn::replace_file(path, "one", 0600);
    REQUIRE(::chmod(path.c_str(), 0640) == 0);
    const bool root = ::geteuid() == 0;
    if (root) REQUIRE(::chown(path.c_str(), 12, 34) == 0);
    CHECK(mn::replace_file(path, "two", 0666));
    CHECK(mode_of(path) == 0640);
    struct stat status {
    };
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK(status.st_uid == (root ? 12 : ::getuid()));
    CHECK(mn::read_file(path, limit) == "two");
}

TEST_CASE("base/file: the same content again changes nothing")
{
    const ScratchDirectory scratch;
    const std::string path = scratch.file("x");
    struct stat before {
    };
    struct stat after {
    };
    mn::replace_file(path, "one", 0644);
    REQUIRE(::stat(path.c_str(), &before) == 0);
    CHECK_FALSE(mn::replace_file(path, "one", 0644));
    REQUIRE(::stat(path.c_str(), &after) == 0);
    CHECK(before.st_ino == after.st_ino);
    CHECK(mn::replace_file(path, "on", 0644)); // a prefix is not the same
    CHECK(mn::replace_file(path, "", 0644));
    CHECK_FALSE(mn::replace_file(path, "", 0644));
}

TEST_CASE("base/file: until commit nothing has changed, without it nothing is left")
{
    const ScratchDirectory scratch;
    const std::string path = scratch.file("x");
    mn::replace_file(path, "old", 0644);
    {
        mn::ReplacementFile file(path, 0644);
        file.write(std::string(300'000, 'x'));
        file.write("end");
        CHECK(mn::read_file(path, limit) == "old");
        CHECK(scratch.count() == 2);
    }
    CHECK(mn::read_file(path, limit) == "old");
    CHECK(scratch.count() == 1);

    mn::ReplacementFile file(path, 0644);
    file.write("a");
    file.write(std::string(300'000, 'x'));
    file.write("b");
    file.commit();
    CHECK((mn::read_file(path, limit) == "a" + std::string(300'000, 'x') + "b"));
    CHECK(scratch.count() == 1);
}

TEST_CASE("base/file: a symbolic link stays, its target is replaced")
{
    const ScratchDirectory scratch;
    REQUIRE(::mkdir(scratch.file("d").c_str(), 0700) == 0);
    mn::replace_file(scratch.file("d/real"), "old", 0644);
    REQUIRE(::symlink("d/real", scratch.file("link").c_str()) == 0);
    CHECK(mn::replace_file(scratch.file("link"), "new", 0644));
    CHECK(std::filesystem::is_symlink(scratch.file("link")));
    CHECK(mn::read_file(scratch.file("d/real"), limit) == "new");
}

TEST_CASE("base/file: what cannot be written is an error and leaves nothing")
{
    const ScratchDirectory scratch;
    CHECK_THROWS_AS(mn::replace_file(scratch.file("no/x"), "new", 0644), mn::Error);
    REQUIRE(::mkdir(scratch.file("d").c_str(), 0700) == 0);
    CHECK_THROWS_AS(mn::replace_file(scratch.file("d"), "new", 0644), mn::Error);
    CHECK(scratch.count() == 1);
    CHECK_THROWS_AS(mn::read_file(scratch.file("no"), limit), mn::Error);
}

TEST_CASE("base/file: directories are made once and never through a link")
{
    const ScratchDirectory scratch;
    const mn::Fd top = mn::open_directory(scratch.path());
    CHECK(mn::make_subdirectory(top.get(), "d", 0700));
    CHECK_FALSE(mn::make_subdirectory(top.get(), "d", 0700));
    CHECK(mn::open_subdirectory(top.get(), "d"));
    REQUIRE(::symlink("d", scratch.file("link").c_str()) == 0);
    CHECK_THROWS_AS(mn::open_subdirectory(top.get(), "link"), mn::Error);
    CHECK_THROWS_AS(mn::open_directory(scratch.file("no")), mn::Error);
}

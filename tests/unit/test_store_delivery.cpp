#include "base/error.hpp"
#include "base/file.hpp"
#include "scratch_directory.hpp"
#include "store/delivery.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <sys/wait.h>
#include <unistd.h>

using namespace mn;
using namespace mn::store;

namespace
{

Maildir make(const std::string& path)
{
    return Maildir::open(path, Maildir::Missing::make);
}

/// publish() blocks all signals for good, so it runs in a child of the test program.
template <typename Body>
bool succeeds_in_child(Body body)
{
    const pid_t child = ::fork();
    if (child == 0) {
        int status = 1;
        try {
            status = body() ? 0 : 1;
        } catch (const std::exception&) {
            status = 2;
        }
        ::_exit(status);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::size_t files_in(const std::string& path)
{
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
        count += entry.is_regular_file() ? 1 : 0;
    return count;
}

} // namespace

TEST_CASE("store/delivery: nothing is visible before publish, nothing left without it")
{
    const ScratchDirectory scratch;
    {
        Delivery delivery({});
        delivery.add(make(scratch.file("box")));
        delivery.write("Subject: x\n\n");
        delivery.sync();
        CHECK(files_in(scratch.file("box/new")) == 0);
    }
    CHECK(files_in(scratch.path()) == 0);
}

TEST_CASE("store/delivery: publish returns the path of a complete file")
{
    const ScratchDirectory scratch;
    CHECK(succeeds_in_child([&] {
        Delivery delivery({});
        delivery.add(make(scratch.file("box")));
        delivery.write("a\n");
        delivery.write("b\r\nc");
        delivery.sync();
        const auto paths = delivery.publish();
        return delivery.size() == 6 && paths.size() == 1 &&
               read_file(paths[0], 100) == "a\nb\r\nc" && paths[0].ends_with(",S=6,W=7");
    }));
}

TEST_CASE("store/delivery: W counts a CR LF that two writes divide only once")
{
    const ScratchDirectory scratch;
    CHECK(succeeds_in_child([&] {
        Delivery delivery({});
        delivery.add(make(scratch.file("box")));
        delivery.write("a\r");
        delivery.write("\nb\n");
        delivery.sync();
        return delivery.publish()[0].ends_with(",S=5,W=6");
    }));
}

TEST_CASE("store/delivery: the same folder by two paths gets one copy")
{
    const ScratchDirectory scratch;
    make(scratch.file("box"));
    std::filesystem::create_symlink(scratch.file("box"), scratch.file("alias"));
    CHECK(succeeds_in_child([&] {
        Delivery delivery({});
        delivery.add(make(scratch.file("box")));
        delivery.add(make(scratch.file("alias")));
        delivery.write("x");
        delivery.sync();
        return delivery.publish().size() == 1;
    }));
    CHECK(files_in(scratch.file("box")) == 1);
}

TEST_CASE("store/delivery: if one folder cannot publish, the others are withdrawn")
{
    const ScratchDirectory scratch;
    CHECK(succeeds_in_child([&] {
        Delivery delivery({});
        delivery.add(make(scratch.file("a")));
        delivery.add(make(scratch.file("b")));
        delivery.write("x");
        delivery.sync();
        std::filesystem::remove_all(scratch.file("b/new"));
        try {
            delivery.publish();
        } catch (const Error&) {
            return true;
        }
        return false;
    }));
    CHECK(files_in(scratch.path()) == 0);
}

TEST_CASE("store/maildir: an account's directories are made below an existing root only")
{
    const ScratchDirectory scratch;
    const Maildir inbox = Maildir::open_account(scratch.path(), "example.test", "bob");
    CHECK(inbox.path() == scratch.file("example.test/bob/Maildir"));
    CHECK(std::filesystem::is_directory(inbox.path() + "/cur"));
    CHECK_THROWS_AS(Maildir::open_account(scratch.file("nowhere"), "example.test", "bob"), Error);
    CHECK_FALSE(std::filesystem::exists(scratch.file("nowhere")));
}

TEST_CASE("store/maildir: folders are found whatever the case of their letters")
{
    const ScratchDirectory scratch;
    const Maildir inbox = make(scratch.file("box"));
    CHECK_FALSE(inbox.find_folder(".Lists"));
    inbox.folder(".Lists");
    CHECK(std::filesystem::exists(scratch.file("box/.Lists/maildirfolder")));
    CHECK(inbox.find_folder(".Lists") == ".Lists");
    CHECK(inbox.find_folder(".lISTS") == ".Lists");
    CHECK_FALSE(inbox.find_folder(".List"));
}

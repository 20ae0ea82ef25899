#include "base/error.hpp"
#include "base/file.hpp"
#include "config/dkim_key_store.hpp"
#include "config/dkim_keys.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace mn;
using namespace mn::config;
using crypto::Algorithm;
using crypto::PrivateKey;

namespace
{

struct KeyDirectory : ScratchDirectory {
    void put(const std::string& name, const std::string& text) const
    {
        std::filesystem::create_directories(std::filesystem::path(file(name)).parent_path());
        std::ofstream(file(name)) << text;
        ::chmod(file(name).c_str(), 0600);
    }
};

const std::string& pem()
{
    static const std::string text = PrivateKey::generate(Algorithm::ed25519).to_pem();
    return text;
}

std::string names(const std::vector<LoadedKey>& keys)
{
    std::string text;
    for (const LoadedKey& key : keys)
        text += key.selector + " ";
    return text;
}

std::string names(const std::vector<KeyFile>& files)
{
    std::string text;
    for (const KeyFile& file : files)
        text += file.selector + " ";
    return text;
}

mode_t mode_of(const std::string& path)
{
    struct stat status = {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

/// One key alone.
void add_key(const std::string& dir, std::string_view domain, std::string_view selector,
             KeyState state, const crypto::PrivateKey& key)
{
    std::vector<NewKey> keys;
    keys.push_back({std::string(selector), crypto::PrivateKey::from_pem(key.to_pem())});
    add_keys(dir, domain, state, keys);
}

} // namespace

TEST_CASE("config/dkim_keys: the active keys of a domain, sorted, and nothing else")
{
    const KeyDirectory dir;
    std::vector<Problem> problems;
    dir.put("example.org/zoo.pem", pem());
    dir.put("example.org/default.pem", pem());
    dir.put("example.org/a.b.pem", pem());
    dir.put("example.org/next/later.pem", pem());
    dir.put("example.org/retired/old.pem", pem());
    dir.put("example.net/other.pem", pem());
    ::chmod(dir.file("example.org").c_str(), 0700);
    CHECK(names(load_active_keys(dir.path(), "example.org", &problems)) == "a.b default zoo ");
    CHECK(names(load_active_keys(dir.path(), "EXAMPLE.org", &problems)) == "a.b default zoo ");
    CHECK(problems.empty());
    CHECK(load_active_keys(dir.path(), "example.com").empty());
    CHECK(load_active_keys(dir.path(), "next.example.org").empty());
    CHECK(names(find_keys(dir.path(), "example.org", KeyState::next, nullptr)) == "later ");
    CHECK(names(find_keys(dir.path(), "example.org", KeyState::retired, nullptr)) == "old ");
    CHECK(domains_with_keys(dir.path(), nullptr) ==
          std::vector<std::string>{"example.net", "example.org"});
}

TEST_CASE("config/dkim_keys: no name leads out of the directory")
{
    const KeyDirectory dir;
    dir.put("outside/key.pem", pem());
    dir.put("keys/example.org/default.pem", pem());
    for (const char* domain : {"", ".", "..", "../outside", "example.org/next", "a/../../outside",
                               "/etc", "-", "example.org/", "exa mple.org"}) {
        CAPTURE(domain);
        CHECK_THROWS_AS(load_active_keys(dir.file("keys"), domain), UsageError);
    }
    CHECK_THROWS_AS(load_active_keys(dir.file("keys"), std::string_view("example.org\0/x", 14)),
                    UsageError);
    for (const char* selector : {"", "..", "../x", "a/b", ".", "a..b", "-a", "a b", "a\n"}) {
        CAPTURE(selector);
        CHECK_FALSE(is_selector(selector));
        CHECK_THROWS_AS(add_key(dir.file("keys"), "example.org", selector, KeyState::active,
                                PrivateKey::generate(Algorithm::ed25519)),
                        UsageError);
    }
}

TEST_CASE("config/dkim_keys: foreign files are named and ignored")
{
    const KeyDirectory dir;
    std::vector<Problem> problems;
    dir.put("example.org/default.pem", pem());
    dir.put("example.org/default.txt", "v=DKIM1");
    dir.put("example.org/.pem", pem());
    dir.put("example.org/default.pem~", pem());
    ::chmod(dir.file("example.org").c_str(), 0700);
    CHECK(names(load_active_keys(dir.path(), "example.org", &problems)) == "default ");
    REQUIRE(problems.size() == 3);
    for (const Problem& problem : problems) {
        CHECK(problem.severity == Severity::warning);
        CHECK(problem.what == "is no key, and ignored");
    }
    CHECK(problems[0].file == dir.file("example.org/.pem"));
}

TEST_CASE("config/dkim_keys: a key that others may read or change is used, and told")
{
    const KeyDirectory dir;
    dir.put("example.org/default.pem", pem());
    ::chmod(dir.file("example.org").c_str(), 0750);
    for (const mode_t mode : {0600, 0640, 0400}) {
        std::vector<Problem> problems;
        ::chmod(dir.file("example.org/default.pem").c_str(), mode);
        CHECK(load_active_keys(dir.path(), "example.org", &problems).size() == 1);
        CHECK(problems.empty());
    }
    for (const mode_t mode : {0644, 0660, 0602, 0604}) {
        CAPTURE(mode);
        std::vector<Problem> problems;
        ::chmod(dir.file("example.org/default.pem").c_str(), mode);
        CHECK(load_active_keys(dir.path(), "example.org", &problems).size() == 1);
        CHECK(has_errors(problems));
    }
    std::vector<Problem> problems;
    ::chmod(dir.file("example.org/default.pem").c_str(), 0600);
    ::chmod(dir.file("example.org").c_str(), 0777);
    load_active_keys(dir.path(), "example.org", &problems);
    CHECK(problems.size() == 2);
}

TEST_CASE("config/dkim_keys: one damaged key leaves the others; all damaged is an error")
{
    const KeyDirectory dir;
    std::vector<Problem> problems;
    dir.put("example.org/default.pem", "-----BEGIN PRIVATE KEY-----\nsecret\n");
    CHECK_THROWS_WITH_AS(load_active_keys(dir.path(), "example.org"),
                         "mail system incorrectly configured", Error);
    dir.put("example.org/second.pem", pem());
    ::chmod(dir.file("example.org").c_str(), 0700);
    CHECK(names(load_active_keys(dir.path(), "example.org", &problems)) == "second ");
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].what.find("no usable private key") != std::string::npos);
    CHECK(problems[0].what.find("secret") == std::string::npos);
}

TEST_CASE("config/dkim_keys: what is no file is no key, and nobody waits for it")
{
    const KeyDirectory dir;
    dir.put("example.org/a.pem", pem());
    ::mkfifo(dir.file("example.org/b.pem").c_str(), 0600);
    std::filesystem::create_directory(dir.file("example.org/c.pem"));
    std::filesystem::create_symlink("/nonexistent", dir.file("example.org/d.pem"));
    dir.put("example.org/e.pem", std::string(100000, 'x'));
    ::chmod(dir.file("example.org").c_str(), 0700);
    std::vector<Problem> problems;
    CHECK(names(load_active_keys(dir.path(), "example.org", &problems)) == "a ");
    CHECK(problems.size() == 4);
}

TEST_CASE("config/dkim_key_store: a new key has the group and the mode that its directory has")
{
    for (const auto& [of_dir, of_file] :
         {std::pair<mode_t, mode_t>{0700, 0600}, {0750, 0640}, {0755, 0640}, {0777, 0640}}) {
        const KeyDirectory dir;
        ::chmod(dir.path().c_str(), of_dir);
        if (::geteuid() == 0) REQUIRE(::chown(dir.path().c_str(), 0, 12345) == 0);
        add_key(dir.path(), "Example.ORG", "s1", KeyState::next,
                PrivateKey::generate(Algorithm::ed25519));
        CHECK(mode_of(dir.file("example.org/next/s1.pem")) == of_file);
        CHECK(mode_of(dir.file("example.org")) == (of_dir & 0750));
        CHECK(mode_of(dir.file("example.org/next")) == (of_dir & 0750));
        struct stat status = {};
        REQUIRE(::stat(dir.file("example.org/next/s1.pem").c_str(), &status) == 0);
        if (::geteuid() == 0) CHECK(status.st_gid == 12345);
    }
}

TEST_CASE("config/dkim_key_store: a selector is used once")
{
    const KeyDirectory dir;
    const PrivateKey key = PrivateKey::generate(Algorithm::ed25519);
    dir.put("example.org/retired/old.pem", pem());
    add_key(dir.path(), "example.org", "default", KeyState::active, key);
    for (const char* selector : {"default", "DEFAULT", "old"})
        CHECK_THROWS_AS(add_key(dir.path(), "example.org", selector, KeyState::next, key), Error);
    CHECK(read_file(dir.file("example.org/default.pem"), 10000) == key.to_pem());
    CHECK(find_selector(dir.path(), "example.org", "OLD")->state == KeyState::retired);
    CHECK_FALSE(find_selector(dir.path(), "example.org", "other"));
}

TEST_CASE("config/dkim_key_store: the prepared keys sign, the old ones rest")
{
    const KeyDirectory dir;
    dir.put("example.org/default.pem", pem());
    dir.put("example.org/default-ed25519.pem", pem());
    CHECK(activate_next(dir.path(), "example.org").retired.empty());
    CHECK(names(load_active_keys(dir.path(), "example.org")) == "default default-ed25519 ");
    dir.put("example.org/next/s2.pem", pem());
    const Switched switched = activate_next(dir.path(), "example.org");
    CHECK(switched.activated == std::vector<std::string>{"s2"});
    CHECK(switched.retired == std::vector<std::string>{"default", "default-ed25519"});
    CHECK(names(load_active_keys(dir.path(), "example.org")) == "s2 ");
    CHECK(retired_keys(dir.path(), "example.org").size() == 2);
    CHECK(find_keys(dir.path(), "example.org", KeyState::next, nullptr).empty());
    CHECK(activate_next(dir.path(), "example.org").retired.empty());
    CHECK(names(load_active_keys(dir.path(), "example.org")) == "s2 ");
    remove_key(retired_keys(dir.path(), "example.org")[0].file);
    CHECK(retired_keys(dir.path(), "example.org").size() == 1);
}

TEST_CASE("config/dkim_key_store: interrupted anywhere, a switch ends as it should")
{
    // The links and removals in the order they are made; each number of them is a crash.
    struct Step {
        const char* from; ///< null: remove
        const char* to;
    };
    const Step steps[] = {
        {"a.pem", "retired/a.pem"}, {"b.pem", "retired/b.pem"}, {"next/c.pem", "c.pem"},
        {"next/d.pem", "d.pem"},    {nullptr, "a.pem"},         {nullptr, "b.pem"},
        {nullptr, "next/c.pem"},    {nullptr, "next/d.pem"},
    };
    for (std::size_t done = 0; done <= std::size(steps); ++done) {
        CAPTURE(done);
        const KeyDirectory dir;
        for (const char* name : {"a.pem", "b.pem", "next/c.pem", "next/d.pem"})
            dir.put(std::string("example.org/") + name, pem());
        std::filesystem::create_directory(dir.file("example.org/retired"));
        for (std::size_t i = 0; i < done; ++i) {
            const std::string to = dir.file(std::string("example.org/") + steps[i].to);
            if (steps[i].from == nullptr)
                REQUIRE(::unlink(to.c_str()) == 0);
            else
                REQUIRE(::link(dir.file(std::string("example.org/") + steps[i].from).c_str(),
                               to.c_str()) == 0);
            CHECK_FALSE(load_active_keys(dir.path(), "example.org").empty());
        }
        activate_next(dir.path(), "example.org");
        CHECK(names(load_active_keys(dir.path(), "example.org")) == "c d ");
        CHECK(names(find_keys(dir.path(), "example.org", KeyState::retired, nullptr)) == "a b ");
        CHECK(names(find_keys(dir.path(), "example.org", KeyState::next, nullptr)) == "");
    }
}

TEST_CASE("config/dkim_keys: the first keys appear together, over what an attempt has left")
{
    ScratchDirectory dir;
    const std::string unfinished = dir.file(".new");
    for (const KeyState state : {KeyState::next, KeyState::active}) {
        const std::string domain = state == KeyState::next ? "example.org" : "example.net";
        std::filesystem::create_directories(unfinished);
        replace_file(unfinished + "/left.pem", "half a key", 0600);
        std::vector<NewKey> keys;
        keys.push_back({"a", crypto::PrivateKey::generate(crypto::Algorithm::ed25519)});
        keys.push_back({"b", crypto::PrivateKey::generate(crypto::Algorithm::ed25519)});
        add_keys(dir.path(), domain, state, keys);
        CHECK(names(find_keys(dir.path(), domain, state, nullptr)) == "a b ");
        CHECK_FALSE(std::filesystem::exists(unfinished));
        // Later ones come to them, and none replaces another.
        CHECK_THROWS_AS(add_keys(dir.path(), domain, state, keys), Error);
        add_key(dir.path(), domain, "c", state, keys.front().key);
        CHECK(names(find_keys(dir.path(), domain, state, nullptr)) == "a b c ");
        CHECK_FALSE(std::filesystem::exists(unfinished));
    }
    // An empty directory is as good as none.
    std::filesystem::create_directories(dir.file("example.edu"));
    add_key(dir.path(), "example.edu", "a", KeyState::active,
            crypto::PrivateKey::generate(crypto::Algorithm::ed25519));
    CHECK(names(find_keys(dir.path(), "example.edu", KeyState::active, nullptr)) == "a ");
    add_keys(dir.path(), "example.com", KeyState::active, {});
    CHECK_FALSE(std::filesystem::exists(dir.file("example.com")));
}

TEST_CASE("config/dkim_keys: two of one name are refused before anything is there")
{
    ScratchDirectory dir;
    std::vector<NewKey> keys;
    keys.push_back({"a", crypto::PrivateKey::generate(crypto::Algorithm::ed25519)});
    keys.push_back({"a", crypto::PrivateKey::generate(crypto::Algorithm::ed25519)});
    CHECK_THROWS_AS(add_keys(dir.path(), "example.org", KeyState::active, keys), Error);
    CHECK_FALSE(std::filesystem::exists(dir.file("example.org")));
}

TEST_CASE("config/dkim_keys: the lock and unfinished keys are no domains")
{
    ScratchDirectory dir;
    const Lock lock = lock_keys(dir.path());
    std::filesystem::create_directories(dir.file(".new"));
    std::filesystem::create_directories(dir.file(".other"));
    std::vector<Problem> problems;
    CHECK(domains_with_keys(dir.path(), &problems).empty());
    CHECK(std::none_of(problems.begin(), problems.end(), [](const Problem& problem) {
        return problem.file.ends_with("/.lock") || problem.file.ends_with("/.new");
    }));
    CHECK(std::any_of(problems.begin(), problems.end(),
                      [](const Problem& problem) { return problem.file.ends_with("/.other"); }));
    CHECK_THROWS_AS(lock_keys(dir.file("missing")), Error);
}

#include "auth/dkim_record.hpp"
#include "base/clock.hpp"
#include "dns/zone.hpp"
#include "keys/key_check.hpp"
#include "keys/new_key.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <utility>

using namespace mn;
using namespace mn::keys;
using config::KeyState;
using config::Severity;
using crypto::Algorithm;

namespace
{

StoredKey add(const ScratchDirectory& dir, const std::string& selector,
              KeyState state = KeyState::active)
{
    return std::move(
        make(dir.path(), "example.org", {{Algorithm::ed25519, selector}}, state, good_bits)
            .front());
}

StoredKey add_rsa(const ScratchDirectory& dir, const std::string& selector, unsigned bits)
{
    return std::move(
        make(dir.path(), "example.org", {{Algorithm::rsa, selector}}, KeyState::active, bits)
            .front());
}

std::string line(const StoredKey& key, const std::string& record)
{
    return key.name() + " TXT \"" + record + "\"\n";
}

std::string line(const StoredKey& key)
{
    return line(key, dkim::key_record(key.key));
}

Report examine_in(const StoredKey& key, const std::string& zone)
{
    dns::ZoneResolver resolver(zone);
    return examine(key, resolver, now().seconds);
}

/// "error: WHAT" of each.
std::string told(const Report& report)
{
    std::string text;
    for (const config::Problem& problem : report.problems)
        text +=
            (problem.severity == Severity::error ? "error: " : "warning: ") + problem.what + "\n";
    return text;
}

Check check_in(const ScratchDirectory& dir, const std::string& zone)
{
    dns::ZoneResolver resolver(zone);
    const std::vector<std::string> domains{"example.org"};
    return examine_all(dir.path(), domains, resolver, now().seconds);
}

} // namespace

TEST_CASE("keys/key_check: a published key is good, in both algorithms")
{
    const ScratchDirectory dir;
    const StoredKey small = add(dir, "small");
    const StoredKey large = add_rsa(dir, "large", 2048);
    for (const StoredKey* stored : {&small, &large}) {
        const StoredKey& key = *stored;
        const std::string record = dkim::key_record(key.key);
        const Report report = examine_in(key, key.name() + " TXT \"" + record.substr(0, 50) +
                                                  "\" \"" + record.substr(50) + "\"\n");
        CHECK(told(report) == "");
        CHECK_FALSE(report.is_unknown);
        CHECK_FALSE(report.is_waiting);
    }
}

TEST_CASE("keys/key_check: missing is an error, but not of a prepared key")
{
    const ScratchDirectory dir;
    const Report active = examine_in(add(dir, "now"), "");
    CHECK(told(active) == "error: there is no such record\n");
    CHECK(active.problems.at(0).file == "now._domainkey.example.org");
    CHECK(active.problems.at(0).remedy ==
          "publish the record that this prints: mn-dkimkey dns --selector now example.org");
    CHECK_FALSE(active.is_waiting);

    const StoredKey next = add(dir, "soon", KeyState::next);
    CHECK(examine_in(next, "").is_waiting);
    CHECK(told(examine_in(next, "")) == "");
    CHECK_FALSE(examine_in(next, line(next)).is_waiting);
    // Prepared or not, what is there has to be right.
    const Report wrong = examine_in(next, line(next, "v=DKIM1; k=ed25519; p="));
    CHECK_FALSE(wrong.is_waiting);
    CHECK(config::has_errors(wrong.problems));
}

TEST_CASE("keys/key_check: another key, several records, none that is one")
{
    const ScratchDirectory dir;
    const StoredKey key = add(dir, "one");
    const std::string other = dkim::key_record(add(dir, "two").key);
    CHECK(told(examine_in(key, line(key, other))) == "error: another key is published\n");
    CHECK(told(examine_in(key, line(key) + line(key, other))) ==
          "error: there are several TXT records\n");
    CHECK(config::has_errors(examine_in(key, line(key, "v=spf1 -all")).problems));
}

TEST_CASE("keys/key_check: no answer is no error")
{
    const ScratchDirectory dir;
    const StoredKey key = add(dir, "one");
    for (const char* trouble : {" SERVFAIL\n", " TIMEOUT\n"}) {
        const Report report = examine_in(key, key.name() + trouble);
        CHECK(report.is_unknown);
        CHECK(report.problems.size() == 1);
        CHECK_FALSE(config::has_errors(report.problems));
    }
}

TEST_CASE("keys/key_check: test mode and a small key are warnings")
{
    const ScratchDirectory dir;
    const StoredKey key = add(dir, "one");
    CHECK(told(examine_in(key, line(key, dkim::key_record(key.key) + "; t=y"))) ==
          "warning: the record says t=y, so receivers ignore signatures\n");
    const StoredKey small = add_rsa(dir, "small", 1024);
    CHECK(told(examine_in(small, line(small))) == "warning: the key has only 1024 bits\n");
}

TEST_CASE("keys/key_check: all keys of a domain, asked for at once; files that are none")
{
    const ScratchDirectory dir;
    const StoredKey one = add(dir, "one");
    const StoredKey two = add(dir, "two");
    const StoredKey soon = add(dir, "soon", KeyState::next);
    add(dir, "old", KeyState::retired);
    dns::ZoneResolver resolver(line(one) + line(two));
    const std::vector<std::string> domains{"example.org"};
    const Check good = examine_all(dir.path(), domains, resolver, now().seconds);
    REQUIRE(good.keys.size() == 3);
    CHECK(good.keys[2].key.file.selector == "soon");
    CHECK(good.keys[2].report.is_waiting);
    CHECK(resolver.round_trips() == 1);
    CHECK_FALSE(good.has_errors());
    CHECK_FALSE(good.is_unknown());

    CHECK(check_in(dir, line(one)).has_errors());
    const Check silent = check_in(dir, line(one) + two.name() + " SERVFAIL\n");
    CHECK(silent.is_unknown());
    CHECK_FALSE(silent.has_errors());

    std::ofstream(two.file.path) << "garbage";
    const Check damaged = check_in(dir, line(one));
    CHECK(damaged.keys.size() == 2);
    CHECK(damaged.has_errors());
    REQUIRE(damaged.problems.size() == 1);
    CHECK(damaged.problems[0].file == two.file.path);
}

TEST_CASE("keys/key_check: a domain without a key is a problem")
{
    const ScratchDirectory dir;
    const Check check = check_in(dir, "");
    CHECK(check.keys.empty());
    REQUIRE(check.problems.size() == 1);
    CHECK(check.problems[0].what == "has no key");
    CHECK(check.has_errors());
}

#include "auth/dkim_record.hpp"
#include "base/error.hpp"
#include "dns/zone.hpp"
#include "keys/new_key.hpp"
#include "keys/rotation.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <unistd.h>
#include <utility>

using namespace mn;
using namespace mn::keys;
using config::KeyState;
using crypto::Algorithm;

namespace
{

const std::string domain = "example.org";
constexpr std::int64_t moment = 1'800'000'000; // 2027-01-15
constexpr std::int64_t day = 86400;

struct Node : ScratchDirectory {
    StoredKey add(const std::string& selector, KeyState state = KeyState::active) const
    {
        return std::move(
            make(path(), domain, {{Algorithm::ed25519, selector}}, state, good_bits).front());
    }

    std::string selectors(KeyState state) const
    {
        std::string text;
        for (const config::KeyFile& file : config::find_keys(path(), domain, state, nullptr))
            text += file.selector + " ";
        return text;
    }

    std::string active() const { return selectors(KeyState::active); }
    std::string prepared() const { return selectors(KeyState::next); }
    std::string retired() const { return selectors(KeyState::retired); }
};

std::string zone_of(const std::vector<StoredKey>& keys)
{
    std::string zone;
    for (const StoredKey& key : keys)
        zone += key.name() + " TXT \"" + dkim::key_record(key.key) + "\"\n";
    return zone;
}

/// What the admin has published, having done as told.
std::string whole_zone(const Node& node)
{
    return zone_of(keys_to_publish(node.path(), domain, ""));
}

/// Can receivers verify what is signed now?
bool mail_is_good(const Node& node, const std::string& zone)
{
    dns::ZoneResolver resolver(zone);
    const auto keys = load(node.path(), domain, KeyState::active);
    for (const StoredKey& key : keys)
        if (dkim::look_up_key(key.file.selector, domain, key.key, resolver).state !=
            dkim::Publication::State::good)
            return false;
    return !keys.empty();
}

SwitchOver switch_with(const Node& node, const std::string& zone)
{
    dns::ZoneResolver resolver(zone);
    return switch_over(node.path(), domain, &resolver);
}

NextStep next_with(const Node& node, const std::string& zone)
{
    dns::ZoneResolver resolver(zone);
    return standing(node.path(), domain, resolver).next;
}

std::string retire_at(const Node& node, std::int64_t now, std::optional<std::int64_t>& until)
{
    std::string removed;
    until = retire(node.path(), domain, {.now = now},
                   [&](const config::KeyFile& file) { removed += file.selector + " "; });
    return removed;
}

} // namespace

TEST_CASE("keys/rotation: no moment without a key that receivers can verify")
{
    const Node node;
    node.add("default");
    std::string zone = whole_zone(node);
    const std::string first_zone = zone;
    CHECK(next_with(node, zone) == NextStep::make);

    prepare(node.path(), domain, {}, moment);
    CHECK(mail_is_good(node, zone));
    CHECK(next_with(node, zone) == NextStep::publish);

    zone = whole_zone(node);
    CHECK(next_with(node, zone) == NextStep::switch_over);
    CHECK(switch_with(node, zone).unpublished.empty());
    CHECK(mail_is_good(node, zone));
    CHECK_FALSE(mail_is_good(node, first_zone));
    CHECK(next_with(node, zone) == NextStep::retire);
    // Mail that the old key signed is on its way: its record is still among those to publish.
    CHECK(whole_zone(node).find("default._domainkey") != std::string::npos);

    std::optional<std::int64_t> until;
    const auto since = config::retired_keys(node.path(), domain).at(0).since;
    CHECK(retire_at(node, since + 8 * day, until) == "default ");
    CHECK(mail_is_good(node, whole_zone(node)));
    CHECK(next_with(node, zone) == NextStep::make);
}

TEST_CASE("keys/rotation: prepare makes what there is, named by the day, and only once")
{
    const Node node;
    node.add("default-ed25519");
    make(node.path(), domain, {{Algorithm::rsa, "default"}}, KeyState::active, 1024);
    const auto first = prepare(node.path(), domain, {{}, {}, 1024}, moment);
    REQUIRE(first.size() == 2);
    CHECK(node.prepared() == "s20270115 s20270115-ed25519 ");
    CHECK(first[0].key.algorithm() == Algorithm::rsa);
    CHECK(first[0].key.bits() == 1024);
    CHECK(first[1].key.algorithm() == Algorithm::ed25519);
    const auto second = prepare(node.path(), domain, {{}, "other"}, moment + day);
    CHECK(zone_of(first) == zone_of(second));
    CHECK(node.prepared() == "s20270115 s20270115-ed25519 ");
    CHECK(node.active() == "default default-ed25519 ");
}

TEST_CASE("keys/rotation: prepare does as wished, and no name is used twice")
{
    const Node node;
    node.add("default");
    prepare(node.path(), domain, {}, moment);
    switch_over(node.path(), domain, nullptr);
    prepare(node.path(), domain, {}, moment);
    CHECK(node.prepared() == "s20270115b ");
    switch_over(node.path(), domain, nullptr);
    prepare(node.path(), domain, {{Algorithm::rsa}, "mine", 1024}, moment);
    CHECK(node.prepared() == "mine ");
    switch_over(node.path(), domain, nullptr);
    CHECK(node.retired() == "default s20270115 s20270115b ");
    CHECK_THROWS_AS(prepare(node.path(), domain, {{}, "default"}, moment), Error);
}

TEST_CASE("keys/rotation: a domain without a key has nothing to replace")
{
    const Node node;
    CHECK_THROWS_AS(prepare(node.path(), domain, {}, moment), Error);
    CHECK(node.count() == 0);
    CHECK_FALSE(switch_with(node, "").is_prepared);
    CHECK(next_with(node, "") == NextStep::create);
    std::optional<std::int64_t> until;
    CHECK(retire_at(node, moment, until).empty());
    CHECK_FALSE(until);
}

TEST_CASE("keys/rotation: nothing is switched until the DNS shows every prepared key")
{
    const Node node;
    const StoredKey old = node.add("default");
    node.add("one", KeyState::next);
    const StoredKey two = node.add("two", KeyState::next);
    const std::string both = zone_of(load(node.path(), domain, KeyState::next));
    const std::string only_one = both.substr(0, both.find('\n') + 1);
    const std::string wrong_two = two.name() + " TXT \"" + dkim::key_record(old.key) + "\"\n";
    for (const std::string& zone :
         {std::string(), only_one, only_one + wrong_two, both + wrong_two,
          only_one + two.name() + " SERVFAIL\n", only_one + two.name() + " TIMEOUT\n",
          only_one + two.name() + " TXT \"v=DKIM1; k=ed25519; p=\"\n"}) {
        CAPTURE(zone);
        const SwitchOver done = switch_with(node, zone);
        CHECK(done.is_prepared);
        REQUIRE_FALSE(done.unpublished.empty());
        CHECK(done.unpublished.back().name == two.name());
        CHECK_FALSE(done.unpublished.back().why.empty());
        CHECK(done.switched.activated.empty());
        CHECK(node.active() == "default ");
        CHECK(node.prepared() == "one two ");
        CHECK(node.retired().empty());
        CHECK(next_with(node, zone) == NextStep::publish);
    }
    const SwitchOver done = switch_with(node, both);
    CHECK(done.switched.activated == std::vector<std::string>{"one", "two"});
    CHECK(done.switched.retired == std::vector<std::string>{"default"});
    CHECK(node.active() == "one two ");
    CHECK_FALSE(switch_with(node, both).is_prepared);
    CHECK(node.active() == "one two ");
}

TEST_CASE("keys/rotation: without a resolver the DNS is not asked")
{
    const Node node;
    node.add("default");
    node.add("one", KeyState::next);
    CHECK(switch_over(node.path(), domain, nullptr).switched.activated.size() == 1);
    CHECK(node.active() == "one ");
}

TEST_CASE("keys/rotation: a prepared key that cannot be read stops the switch")
{
    const Node node;
    node.add("default");
    const StoredKey one = node.add("one", KeyState::next);
    node.add("two", KeyState::next);
    const std::string zone = whole_zone(node);
    std::ofstream(one.file.path) << "garbage";
    CHECK_THROWS_AS(switch_with(node, zone), Error);
    CHECK_THROWS_AS(switch_over(node.path(), domain, nullptr), Error);
    CHECK_THROWS_AS(prepare(node.path(), domain, {}, moment), Error);
    CHECK(node.active() == "default ");
    CHECK(node.retired().empty());
}

TEST_CASE("keys/rotation: an interrupted switch signs with good keys, and can be repeated")
{
    // What a switch does to the files, in this order; each number of steps is a crash.
    const std::vector<std::pair<std::string, std::string>> steps{
        {"old", "retired/old"}, {"next/new", "new"}, {"", "old"}, {"", "next/new"}};
    for (std::size_t done = 0; done <= steps.size(); ++done) {
        CAPTURE(done);
        const Node node;
        node.add("old");
        const std::string old_zone = whole_zone(node);
        node.add("new", KeyState::next);
        const std::string zone = whole_zone(node);
        const auto file = [&](const std::string& name) {
            return node.file(domain + "/" + name + ".pem");
        };
        std::filesystem::create_directory(node.file(domain + "/retired"));
        for (std::size_t i = 0; i < done; ++i) {
            if (steps[i].first.empty())
                REQUIRE(::unlink(file(steps[i].second).c_str()) == 0);
            else
                REQUIRE(::link(file(steps[i].first).c_str(), file(steps[i].second).c_str()) == 0);
            CHECK(mail_is_good(node, zone));
        }
        const std::string before = node.active();
        if (done < steps.size()) {
            CHECK_FALSE(switch_with(node, old_zone).unpublished.empty());
            CHECK(node.active() == before);
        }
        switch_with(node, zone);
        CHECK(node.active() == "new ");
        CHECK(node.prepared().empty());
        CHECK(node.retired() == "old ");
        CHECK(mail_is_good(node, zone));
    }
}

TEST_CASE("keys/rotation: retired keys stay as long as mail may be on its way")
{
    const Node node;
    node.add("old");
    node.add("new", KeyState::next);
    switch_over(node.path(), domain, nullptr);
    const std::int64_t since = config::retired_keys(node.path(), domain).at(0).since;
    std::optional<std::int64_t> until;
    for (const std::int64_t now : {since - day, since, since + 7 * day - 1}) {
        CHECK(retire_at(node, now, until).empty());
        CHECK(until == since + 7 * day);
        CHECK(node.retired() == "old ");
    }
    CHECK(retire_at(node, since + 7 * day, until) == "old ");
    CHECK_FALSE(until);
    CHECK(node.retired().empty());
    CHECK(node.active() == "new ");
    CHECK(retire_at(node, since + 7 * day, until).empty());
}

TEST_CASE("keys/rotation: the calendar of retire can be longer, or be left out")
{
    const Node node;
    node.add("new");
    node.add("old", KeyState::retired);
    const std::int64_t since = config::retired_keys(node.path(), domain).at(0).since;
    const auto nothing = [](const config::KeyFile&) { FAIL("too early"); };
    CHECK(retire(node.path(), domain, {.now = since + 8 * day, .days = 30}, nothing) ==
          since + 30 * day);
    int removed = 0;
    CHECK_FALSE(retire(node.path(), domain, {.now = since - day, .is_over = true},
                       [&](const config::KeyFile&) { ++removed; }));
    CHECK(removed == 1);
    CHECK(node.retired().empty());
    CHECK(node.active() == "new ");
}

TEST_CASE("keys/rotation: a removed key is told of even if the next cannot be removed")
{
    const Node node;
    node.add("a", KeyState::retired);
    node.add("b", KeyState::retired);
    std::string removed;
    const auto tell_and_fail = [&](const config::KeyFile& file) {
        removed += file.selector;
        throw Error("4.3.0", "standard output is full");
    };
    CHECK_THROWS_AS(retire(node.path(), domain, {.is_over = true}, tell_and_fail), Error);
    CHECK(removed == "a");
    CHECK(node.retired() == "b ");
}

TEST_CASE("keys/rotation: where it stands changes nothing")
{
    const Node node;
    node.add("old", KeyState::retired);
    node.add("now");
    node.add("soon", KeyState::next);
    dns::ZoneResolver resolver("");
    const Standing found = standing(node.path(), domain, resolver);
    CHECK(found.active == std::vector<std::string>{"now"});
    CHECK(found.prepared == std::vector<std::string>{"soon"});
    REQUIRE(found.retired.size() == 1);
    CHECK(found.retired[0].file.selector == "old");
    REQUIRE(found.unpublished.size() == 1);
    CHECK(found.unpublished[0].name == "soon._domainkey.example.org");
    CHECK(node.active() + node.prepared() + node.retired() == "now soon old ");
}

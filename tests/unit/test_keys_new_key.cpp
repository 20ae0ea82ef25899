#include "base/error.hpp"
#include "config/dkim_key_store.hpp"
#include "keys/new_key.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::keys;
using config::KeyState;
using crypto::Algorithm;
using crypto::PrivateKey;

namespace
{

constexpr unsigned bits = 1024; // a small key is made sooner

std::string refusal(const ScratchDirectory& dir, std::string_view pem)
{
    try {
        import(dir.path(), "example.org", "s", KeyState::active, pem);
    } catch (const Error& error) {
        return error.detail();
    }
    return {};
}

} // namespace

TEST_CASE("keys/new_key: what a pair is called, and one alone")
{
    const auto pair = wanted_keys({Algorithm::rsa, Algorithm::ed25519}, "s1");
    REQUIRE(pair.size() == 2);
    CHECK(pair[0].selector == "s1");
    CHECK(pair[1].selector == "s1-ed25519");
    CHECK(wanted_keys({Algorithm::ed25519}, "s1").front().selector == "s1");
    CHECK(wanted_keys({}, "s1").empty());
}

TEST_CASE("keys/new_key: made keys are on the disk, of the kind and size that was wanted")
{
    const ScratchDirectory dir;
    CHECK_FALSE(has_keys(dir.path(), "example.org"));
    const auto wanted = wanted_keys({Algorithm::rsa, Algorithm::ed25519}, "s1");
    const auto made = make(dir.path(), "example.org", wanted, KeyState::next, bits);
    REQUIRE(made.size() == 2);
    CHECK(made[0].key.algorithm() == Algorithm::rsa);
    CHECK(made[0].key.bits() == bits);
    CHECK(made[1].key.algorithm() == Algorithm::ed25519);
    for (const StoredKey& key : made) {
        CHECK(key.file.state == KeyState::next);
        CHECK(config::load_key(key.file, nullptr).public_bytes() == key.key.public_bytes());
    }
    CHECK(has_keys(dir.path(), "example.org"));
    CHECK_THROWS_AS(make(dir.path(), "example.org", wanted, KeyState::active, bits), Error);
    CHECK_THROWS_AS(make(dir.path(), "../x", wanted, KeyState::active, bits), UsageError);
    CHECK(make(dir.path(), "example.org", {}, KeyState::active, bits).empty());
}

TEST_CASE("keys/new_key: an imported key is there once, whatever its state")
{
    const ScratchDirectory dir;
    const std::string pem = PrivateKey::generate(Algorithm::ed25519).to_pem();
    const std::string other = PrivateKey::generate(Algorithm::ed25519).to_pem();
    const Imported first = import(dir.path(), "example.org", "s", KeyState::active, pem);
    CHECK(first.is_new);
    CHECK(first.key.key.to_pem() == pem);
    const Imported again = import(dir.path(), "example.org", "s", KeyState::next, pem);
    CHECK_FALSE(again.is_new);
    CHECK(again.key.file.state == KeyState::active);
    CHECK(refusal(dir, other) == "there is a key s of example.org already");
    CHECK(refusal(dir, "no key").find("no usable private key") != std::string::npos);
    CHECK(refusal(dir, PrivateKey::generate(Algorithm::rsa, 512).to_pem()) ==
          "receivers refuse an RSA key of 512 bits");
}

#include "base/error.hpp"
#include "crypto/key.hpp"
#include "keys/key_ring.hpp"
#include "list_fixture.hpp"

#include <doctest/doctest.h>

using namespace mn;

TEST_CASE("keys/key_ring: the active keys of a domain, loaded once, good as long as the ring")
{
    const ListDirectory directory;
    const auto put = [&](const std::string& name) {
        directory.put(name, crypto::PrivateKey::generate(crypto::Algorithm::ed25519).to_pem());
        std::filesystem::permissions(directory.path() + "/" + name,
                                     std::filesystem::perms::owner_read);
    };
    put("example.org/b.pem");
    put("example.org/a.pem");
    put("example.org/next/c.pem");
    keys::KeyRing ring(directory.path());
    const auto keys = ring.keys_of("example.org");
    REQUIRE(keys.size() == 2);
    CHECK(keys[0].selector == "a");
    CHECK(keys[1].selector == "b");
    CHECK(keys[0].domain == "example.org");
    CHECK(ring.keys_of("example.net").empty());
    std::filesystem::remove(directory.path() + "/example.org/a.pem");
    const auto again = ring.keys_of("example.org");
    REQUIRE(again.size() == 2);
    CHECK(again[0].key == keys[0].key);
}

TEST_CASE("keys/key_ring: without a directory no keys, with a broken one alone an Error")
{
    CHECK(keys::KeyRing("").keys_of("example.org").empty());
    const ListDirectory directory;
    directory.put("example.org/a.pem", "no key");
    keys::KeyRing ring(directory.path());
    CHECK_THROWS_AS(ring.keys_of("example.org"), Error);
}

#include "base/hash.hpp"

#include <doctest/doctest.h>

namespace
{

std::uint64_t hash_of(std::string_view text)
{
    mn::Hash hash;
    hash.add(text);
    return hash.value();
}

} // namespace

TEST_CASE("base/hash: the published values of FNV-1a")
{
    CHECK(hash_of("") == 0xcbf29ce484222325U);
    CHECK(hash_of("a") == 0xaf63dc4c8601ec8cU);
    CHECK(hash_of("foobar") == 0x85944171f73967e8U);
}

TEST_CASE("base/hash: the pieces do not matter, the order does")
{
    mn::Hash pieces;
    for (const char* piece : {"foo", "", "bar"})
        pieces.add(piece);
    CHECK(pieces.value() == hash_of("foobar"));
    CHECK(hash_of("\xff") != hash_of("\x7f"));
    CHECK(hash_of("ab") != hash_of("ba"));
}

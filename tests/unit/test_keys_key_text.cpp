#include "keys/key_text.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::keys;
using config::KeyState;

namespace
{

/// [RFC8463 A.2]
StoredKey ed25519_key()
{
    return {{"example.org", "s1", KeyState::next, "/keys/example.org/next/s1.pem"},
            crypto::PrivateKey::from_pem(
                "-----BEGIN PRIVATE KEY-----\n"
                "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                "-----END PRIVATE KEY-----\n")};
}

const std::string record = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

} // namespace

TEST_CASE("keys/key_text: a record as zone line, for a web form, as JSON")
{
    const StoredKey key = ed25519_key();
    const std::string name = "s1._domainkey.example.org";
    const std::string line = record_text(key, Form::plain);
    CHECK(line.starts_with(name + "."));
    CHECK(line.find("TXT") != std::string::npos);
    CHECK(line.ends_with("\"" + record + "\"\n"));
    CHECK(record_text(key, Form::web) == name + "\n" + record + "\n");
    CHECK(record_text(key, Form::json) ==
          R"({"domain":"example.org","selector":"s1","state":"next","name":")" + name +
              R"(","type":"TXT","value":")" + record + "\"}\n");
}

TEST_CASE("keys/key_text: a key, for people and as JSON")
{
    CHECK(key_text(ed25519_key(), Form::plain) == "example.org\ts1\tnext\ted25519\n");
    CHECK(key_text(ed25519_key(), Form::web) == key_text(ed25519_key(), Form::plain));
    CHECK(key_text(ed25519_key(), Form::json) ==
          R"({"domain":"example.org","selector":"s1","state":"next","algorithm":"ed25519",)"
          R"("bits":256,"file":"/keys/example.org/next/s1.pem"})"
          "\n");
    StoredKey rsa = ed25519_key();
    rsa.key = crypto::PrivateKey::generate(crypto::Algorithm::rsa, 1024);
    CHECK(key_text(rsa, Form::plain) == "example.org\ts1\tnext\trsa 1024\n");
}

#include "auth/dkim_key.hpp"
#include "auth/dkim_record.hpp"
#include "dns/zone.hpp"
#include "dns/zone_line.hpp"

#include <doctest/doctest.h>

using namespace mn;
using crypto::Algorithm;
using crypto::PrivateKey;
using State = dkim::Publication::State;

namespace
{

std::string zone_of(const std::string& record)
{
    return "s._domainkey.example.org TXT" +
           dns::zone_line("", record).substr(std::string(". IN TXT").size()) + "\n";
}

dkim::Publication look_up(const PrivateKey& key, const std::string& zone)
{
    dns::ZoneResolver resolver(zone);
    return dkim::look_up_key("s", "example.org", key, resolver);
}

} // namespace

TEST_CASE("auth/dkim_record: a record that receivers can use")
{
    for (const Algorithm algorithm : {Algorithm::rsa, Algorithm::ed25519}) {
        const PrivateKey key = PrivateKey::generate(algorithm);
        const std::string record = dkim::key_record(key);
        CHECK(record.starts_with(algorithm == Algorithm::rsa ? "v=DKIM1; k=rsa; p="
                                                             : "v=DKIM1; k=ed25519; p="));
        const dkim::KeyAnswer answer = dkim::parse_key_record(record, algorithm);
        REQUIRE(answer.key);
        CHECK(answer.key->verify(crypto::sha256("x"), key.sign(crypto::sha256("x"))));
        CHECK(look_up(key, zone_of(record)).state == State::good);
    }
}

TEST_CASE("auth/dkim_record: what is published tells apart good, missing, wrong and unknown")
{
    const PrivateKey key = PrivateKey::generate(Algorithm::ed25519);
    const std::string good = dkim::key_record(key);
    const std::string other = dkim::key_record(PrivateKey::generate(Algorithm::ed25519));
    CHECK(look_up(key, "").state == State::missing);
    CHECK(look_up(key, "s._domainkey.example.org A 192.0.2.1\n").state == State::missing);
    CHECK(look_up(key, "s._domainkey.example.org TIMEOUT\n").state == State::unknown);
    CHECK(look_up(key, "s._domainkey.example.org SERVFAIL TXT\n").state == State::unknown);
    CHECK(look_up(key, zone_of(other)).text == "another key is published");
    CHECK(look_up(key, zone_of(other)).state == State::wrong);
    CHECK(look_up(key, zone_of(good) + zone_of(other)).state == State::wrong);
    CHECK(look_up(key, zone_of(other) + zone_of(good)).state == State::wrong);
    CHECK(look_up(key, zone_of("v=DKIM1; k=ed25519; p=")).state == State::wrong);
    CHECK(look_up(key, zone_of("v=spf1 -all")).state == State::wrong);
    const auto testing = look_up(key, zone_of(good + "; t=y"));
    CHECK(testing.state == State::good);
    CHECK(testing.is_testing);
}

#include "auth/dkim_record.hpp"
#include "auth/dkim_sign.hpp"
#include "auth/second_opinion.hpp"

#include <doctest/doctest.h>

using namespace mn;
using crypto::Algorithm;
using crypto::PrivateKey;

namespace
{

constexpr std::string_view header = "From: ann@example.org\nSubject: folded\n line\n";
constexpr std::string_view body = "one  two\n\nthree \n\n\n";

struct Keys {
    PrivateKey rsa = PrivateKey::generate(Algorithm::rsa, 1024);
    PrivateKey ed25519 = PrivateKey::generate(Algorithm::ed25519);

    std::string fields() const
    {
        dkim::Signer signer(header,
                            {{.key = &rsa, .domain = "example.org", .selector = "r"},
                             {.key = &ed25519, .domain = "example.org", .selector = "e"}},
                            1700000000);
        signer.body(body);
        return signer.finish("\n");
    }

    std::optional<std::string> find(std::string_view selector, std::string_view domain) const
    {
        if (domain != "example.org") return std::nullopt;
        if (selector == "r") return dkim::key_record(rsa);
        if (selector == "e") return dkim::key_record(ed25519);
        return std::nullopt;
    }

    std::vector<dkim::SecondOpinion> opinions(const std::string& all_fields,
                                              std::string_view all_body) const
    {
        return dkim::second_opinions(all_fields, all_body,
                                     [this](std::string_view selector, std::string_view domain) {
                                         return find(selector, domain);
                                     });
    }
};

} // namespace

TEST_CASE("auth/second_opinion: libopendkim accepts both our signatures, whatever the line ends")
{
    const Keys keys;
    std::string message = keys.fields() + std::string(header);
    const auto opinions = keys.opinions(message, body);
    REQUIRE(opinions.size() == 2);
    for (const auto& opinion : opinions) {
        CAPTURE(opinion.reason);
        CHECK(opinion.is_good);
        CHECK(opinion.domain == "example.org");
    }
    CHECK(opinions[0].selector == "r");
    CHECK(opinions[1].selector == "e");
    for (std::size_t at = 0; (at = message.find('\n', at)) != std::string::npos; at += 2)
        message.insert(at, 1, '\r');
    for (const auto& opinion : keys.opinions(message, body))
        CHECK(opinion.is_good);
}

TEST_CASE("auth/second_opinion: and refuses a changed body, a changed field, a missing key")
{
    const Keys keys;
    const std::string fields = keys.fields();
    for (const auto& opinion : keys.opinions(fields + std::string(header), "other\n"))
        CHECK_FALSE(opinion.is_good);
    for (const auto& opinion : keys.opinions(fields + "From: eve@example.org\n", body)) {
        CHECK_FALSE(opinion.is_good);
        CHECK_FALSE(opinion.reason.empty());
    }
    const auto opinions = dkim::second_opinions(
        fields + std::string(header), body,
        [&](std::string_view selector, std::string_view domain) {
            return selector == "r" ? std::nullopt : keys.find(selector, domain);
        });
    REQUIRE(opinions.size() == 2);
    CHECK_FALSE(opinions[0].is_good);
    CHECK(opinions[1].is_good);
}

TEST_CASE("auth/second_opinion: none of an unsigned message")
{
    CHECK(Keys().opinions(std::string(header), body).empty());
}

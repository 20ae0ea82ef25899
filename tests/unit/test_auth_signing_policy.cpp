#include "auth/signing_policy.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::auth;
using Action = SigningDecision::Action;

namespace
{

SigningSettings settings()
{
    SigningSettings result;
    result.domains = {"example.org", "nokey.example.net"};
    result.has_keys = [](std::string_view domain) { return domain == "example.org"; };
    result.may_send = [](std::string_view login, std::string_view address) {
        return equal_ignoring_case(login, address) || address == "team@example.org";
    };
    return result;
}

SigningDecision decide(std::string_view from, const Origin& origin,
                       const SigningSettings& chosen = settings())
{
    return mn::auth::decide(author_of(cat("To: x@example.com\nFrom: ", from, "\n")), origin,
                            chosen);
}

const Origin ann{.login = "ann@example.org"};
const Origin ann_with_received{.login = "ann@example.org", .has_received = true};
const Origin local{};
const Origin passing{.has_received = true};
const Origin by_hand{.is_by_hand = true, .has_received = true};

} // namespace

TEST_CASE("auth/signing_policy: ours is what a login owns, or what was made here")
{
    const std::string_view from = "Ann <Ann@Example.ORG>";
    for (const Origin& origin : {ann, ann_with_received, local, by_hand}) {
        const SigningDecision decision = decide(from, origin);
        CHECK(decision.action == Action::sign);
        CHECK(decision.domain == "example.org");
    }
    CHECK(decide("boss@example.org", passing).action == Action::pass);
    CHECK(!decide("boss@example.org", passing).is_odd);
}

TEST_CASE("auth/signing_policy: a login writes in its own name")
{
    CHECK(decide("team@example.org", ann).action == Action::sign);
    CHECK(decide("ann@example.org, team@example.org", ann).action == Action::sign);
    for (const std::string_view from :
         {"boss@example.org", "Ann <ann@example.org>, boss@example.org", "ann@example.com",
          "ann@example.org, ann@example.com", "", "ann", "ann@example.org\nFrom: boss@example.org",
          "undisclosed:;", "ann@mail.example.org"}) {
        const SigningDecision decision = decide(from, ann);
        CHECK_MESSAGE(decision.action == Action::refuse, from);
        CHECK_MESSAGE(!decision.reason.empty(), from);
    }
    SigningSettings trusting = settings();
    trusting.may_send = nullptr;
    CHECK(decide("boss@example.org", ann, trusting).action == Action::sign);
}

TEST_CASE("auth/signing_policy: what is not ours passes, what lacks a key does with a warning")
{
    CHECK(decide("joe@example.com", local).action == Action::pass);
    CHECK(!decide("joe@example.com", local).is_odd);
    const SigningDecision no_key = decide("joe@nokey.example.net", local);
    CHECK(no_key.action == Action::pass);
    CHECK(no_key.is_odd);
    CHECK(decide("a@example.org, b@example.com", local).action == Action::pass);
    SigningSettings any = settings();
    any.domains.clear();
    CHECK(decide("joe@example.com", by_hand, any).is_odd);
    CHECK(decide("joe@example.org", by_hand, any).action == Action::sign);
}

TEST_CASE("auth/signing_policy: parent domains only if wanted, never a top-level domain")
{
    CHECK(decide("root@mx.example.org", local).action == Action::pass);
    SigningSettings parents = settings();
    parents.with_parents = true;
    CHECK(decide("root@a.mx.example.org", local, parents).domain == "example.org");
    CHECK(decide("root@notexample.org", local, parents).action == Action::pass);
    parents.domains = {"org"};
    parents.has_keys = [](std::string_view) { return true; };
    CHECK(decide("root@example.org", local, parents).action == Action::pass);
}

TEST_CASE("auth/signing_policy: a signature of ours is known by domain and selector")
{
    const std::string good = "DKIM-Signature: v=1; a=rsa-sha256; d=Example.org; s=one; h=from;\n"
                             " bh=frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=; b=AAAA\n";
    CHECK(is_signed_by(good, "example.org", "one", 0));
    CHECK(!is_signed_by(good, "example.org", "two", 0));
    CHECK(!is_signed_by(good, "example.com", "one", 0));
    CHECK(!is_signed_by("DKIM-Signature: d=example.org; s=one\n", "example.org", "one", 0));
    CHECK(!is_signed_by(cat("X-", good), "example.org", "one", 0));
}

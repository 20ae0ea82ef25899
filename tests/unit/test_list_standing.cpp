#include "auth/authres.hpp"
#include "list/standing.hpp"
#include "message/header.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::list;
using Vouched = Standing::Vouched;
using Policy = Standing::Policy;

namespace
{

Standing standing(const std::string& results)
{
    return standing_of("Authentication-Results: mx.example.org;" + results +
                           "\nFrom: ann@example.net\n",
                       "mx.example.org");
}

} // namespace

TEST_CASE("list/standing: without results of ours it was written here")
{
    CHECK(standing_of("From: ann@example.org\n", "mx.example.org").vouched == Vouched::local);
    CHECK(
        standing_of("Authentication-Results: mx.elsewhere.example; dmarc=fail\nFrom: x@y.example\n",
                    "mx.example.org")
            .vouched == Vouched::local);
}

TEST_CASE("list/standing: the author's domain vouches, or does not")
{
    const Standing yes = standing(" dkim=pass header.d=example.net;"
                                  " dmarc=pass (p=reject) header.from=example.net");
    CHECK(yes.vouched == Vouched::yes);
    CHECK(yes.policy == Policy::reject);
    CHECK(yes.dkim_holds);
    const Standing no = standing(" dkim=pass header.d=evil.example;"
                                 " dmarc=fail (p=quarantine, testing) header.from=example.net");
    CHECK(no.vouched == Vouched::no);
    CHECK(no.policy == Policy::quarantine);
    CHECK_FALSE(no.dkim_holds);
    CHECK(standing(" dmarc=fail (p=none) header.from=example.net").policy == Policy::none);
    CHECK(standing(" dmarc=temperror header.from=example.net").vouched == Vouched::temporary);
    CHECK(standing(" spf=pass smtp.mailfrom=ann@example.net").vouched == Vouched::unknown);
    CHECK(standing(" none").vouched == Vouched::unknown);
}

TEST_CASE("list/standing: a trusted sealer has seen it pass")
{
    const Standing sealed =
        standing(" dmarc=fail (p=reject, overridden: ARC sealed by lists.example)"
                 " reason=\"no\" header.from=example.net");
    CHECK(sealed.vouched == Vouched::yes);
    CHECK(sealed.policy == Policy::reject);
    CHECK_FALSE(sealed.dkim_holds);
}

TEST_CASE("list/standing: nothing published, SPF or DKIM of the same domain all the same")
{
    CHECK(standing(" dmarc=none header.from=example.net").vouched == Vouched::unknown);
    CHECK(standing(" spf=pass smtp.mailfrom=ann@example.net; dmarc=none header.from=example.net")
              .vouched == Vouched::weak);
    CHECK(
        standing(" spf=pass smtp.mailfrom=ann@mail.example.net; dmarc=none header.from=example.net")
            .vouched == Vouched::weak);
    CHECK(standing(" spf=pass smtp.mailfrom=ann@badexample.net; dmarc=none header.from=example.net")
              .vouched == Vouched::unknown);
    CHECK(standing(" spf=fail smtp.mailfrom=ann@example.net; dmarc=none header.from=example.net")
              .vouched == Vouched::unknown);
    CHECK(standing(" dkim=pass header.d=net; dmarc=none header.from=example.net").vouched ==
          Vouched::unknown);
    CHECK(standing(" dkim=pass header.d=EXAMPLE.net; dmarc=none header.from=example.net").vouched ==
          Vouched::weak);
    CHECK(standing(" dkim=fail header.d=example.net; dmarc=permerror header.from=example.net")
              .vouched == Vouched::unknown);
}

TEST_CASE("list/standing: of several authors the worst counts")
{
    const Standing two = standing(" dkim=pass header.d=example.net;"
                                  " dmarc=pass (p=none) header.from=example.net;"
                                  " dmarc=fail (p=reject) header.from=bank.example");
    CHECK(two.vouched == Vouched::no);
    CHECK(two.policy == Policy::reject);
    CHECK_FALSE(two.dkim_holds);
}

TEST_CASE("list/standing: what mn-verify writes is what is read")
{
    authres::Results results;
    results.authserv_id = "mx.example.org";
    authres::Method dmarc;
    dmarc.method = "dmarc";
    dmarc.result = "fail";
    dmarc.comment = "p=reject";
    dmarc.reason = "no (aligned) \"signature\"";
    dmarc.properties = {{"header", "from", "example.net"}, {"policy", "dmarc", "reject"}};
    results.methods = {dmarc};
    const std::string field = make_field(authres::field_name, authres::write(results), "\n");
    const Standing read = standing_of(field, "MX.example.org");
    CHECK(read.vouched == Vouched::no);
    CHECK(read.policy == Policy::reject);
}

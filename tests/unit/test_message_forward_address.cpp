#include "message/forward_address.hpp"

#include <doctest/doctest.h>

using namespace mn;

namespace
{

std::string target(std::string_view address)
{
    const auto found = forward_target(address);
    return found ? found->text() : "none";
}

} // namespace

TEST_CASE("message/forward_address: there and back")
{
    CHECK(forward_address("Joe", "Elsewhere.test") == "elsewhere.test=Joe@forward.internal");
    for (const std::string local : {"joe", "joe+x", "j=o=e", "a.b", "SRS0=a=b=c.test=d"})
        CHECK(target(forward_address(local, "x.test")) == local + "@x.test");
    CHECK(target("X.TEST=Joe@Forward.Internal") == "Joe@x.test");
}

TEST_CASE("message/forward_address: a detail never changes where it goes")
{
    CHECK(target("x.test=joe+evil.test=@forward.internal") == "joe+evil.test=@x.test");
    CHECK(target("x.test=joe+a=evil.test@forward.internal") == "joe+a=evil.test@x.test");
    CHECK(target("x.test=joe+%evil.test@forward.internal") == "joe+%evil.test@x.test");
}

TEST_CASE("message/forward_address: what is not one")
{
    for (const std::string_view address :
         {"", "joe", "joe@x.test", "joe@forward.internal", "=joe@forward.internal",
          "x.test=@forward.internal", "x..test=joe@forward.internal",
          "x.test=joe@forward.internalx", "x.test=joe@evil@forward.internal",
          "x.test=\"a b\"@forward.internal", "x.test=a\nb@forward.internal",
          "x.test=joe@x.forward.internal", "x test=joe@forward.internal",
          "-x.test=joe@forward.internal"}) {
        CAPTURE(address);
        CHECK(target(address) == "none");
    }
}

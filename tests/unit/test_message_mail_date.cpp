#include "message/mail_date.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mn;

TEST_CASE("message/mail_date: as mail has it")
{
    // date -ud '2026-11-23 08:50:22' +%s
    constexpr std::int64_t moment = 1795423822;
    for (const char* value :
         {" Mon, 23 Nov 2026 09:50:22 +0100", "23 Nov 2026 08:50:22 GMT",
          "23 Nov 26 08:50:22 -0000", "Mon, 23\r\n Nov 2026 (today) 08:50:22 +0000 (UTC)",
          "Mon Nov 23 08:50:22 2026", "Mon Nov 23 08:50:22 UTC 2026", "2026-11-23T08:50:22Z",
          "2026-11-23 09:50:22.123+01:00", "Mon, 23 November 2026 03:50:22 EST",
          "23-Nov-2026 08:50:22", "Mon,23 Nov 2026 08:50:22 Z", "Monday, 23-Nov-26 08:50:22 GMT",
          "23 Nov 126 08:50:22 +0000"}) {
        CAPTURE(value);
        CHECK(mail_date(value) == moment);
    }
    CHECK(mail_date("23 Nov 2026 08:50 +0000") == moment - 22);
    CHECK(mail_date("23 Nov 2026 08:50:60 +0000") == moment + 37);
    CHECK(mail_date("29 Feb 2024 00:00:00 +0000") == 1709164800);
    CHECK(mail_date("1 Jan 1970 00:00:00 +0000") == 0);
    CHECK(mail_date("31 Dec 1999 23:59:59 -0000") == 946684799);
    CHECK(mail_date("31 Dec 99 23:59:59 -0000") == 946684799);
    CHECK(mail_date("31 Dec 9999 23:59:59 +0000") == 253402300799);
}

TEST_CASE("message/mail_date: what cannot be read")
{
    for (const char* value :
         {"", "Mon", "yesterday", "31 Feb 2026 00:00:00 +0000", "0 Nov 2026 00:00:00",
          "32 Nov 2026", "23 Nov", "1 Jan 1970 00:00:00 +0001", "1 Jan 0001 00:00:00", "-1 -1 -1",
          "1 Jan 1969", "31 Dec 9999 23:59:59 -0100", "1 Foo 2026 00:00:00", "(((", "2026-13-01",
          "--", "23 Nov 2026000000 00:00"}) {
        CAPTURE(value);
        CHECK_FALSE(mail_date(value));
    }
    // A zone that is none is UTC; a time that is none, midnight.
    CHECK(mail_date("23 Nov 2026 08:50:22 +9999") == 1795423822);
    CHECK(mail_date("23 Nov 2026 08:50:22 XYZ") == 1795423822);
    CHECK(mail_date("23 Nov 2026 25:50:22 +0000") == 1795423822 - 8 * 3600 - 50 * 60 - 22);
    CHECK_FALSE(mail_date(std::string(200, ' ') + "23 Nov 2026 08:50:22 GMT"));
}

TEST_CASE("message/mail_date: in a Received field")
{
    CHECK(received_date("from a by b; c; Mon, 23 Nov 2026 08:50:22 +0000 (UTC)") == 1795423822);
    CHECK_FALSE(received_date("from a by b Mon, 23 Nov 2026 08:50:22 +0000"));
}

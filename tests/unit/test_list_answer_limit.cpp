#include "list/answer_limit.hpp"
#include "request_list.hpp"

#include <doctest/doctest.h>

using namespace mn::list;
using Vouched = Standing::Vouched;

namespace
{

struct Mail {
    std::string header = "From: ann@example.net\n";
    std::string sender = "ann@example.net";
    std::string author = "ann@example.net";
    Vouched vouched = Vouched::yes;
};

bool is_answered(const RequestList& cats, const Mail& mail)
{
    const std::string message = mail.header + "\nhello\n";
    Incoming incoming;
    incoming.message = message;
    incoming.sender = mail.sender;
    incoming.author = mail.author;
    incoming.standing.vouched = mail.vouched;
    return !why_no_answer(cats.list(), incoming);
}

bool is_answered_with(const RequestList& cats, const std::string& field)
{
    return is_answered(cats, {.header = "From: ann@example.net\n" + field + "\n"});
}

} // namespace

// mlmmj answered all of these.
TEST_CASE("list/answer_limit: machines get no answer")
{
    const RequestList cats;
    CHECK(is_answered(cats, {}));
    CHECK_FALSE(is_answered(cats, {.sender = ""}));
    CHECK_FALSE(is_answered_with(cats, "Auto-Submitted: auto-replied"));
    CHECK_FALSE(is_answered_with(cats, "AUTO-SUBMITTED: auto-generated; x=y"));
    CHECK_FALSE(is_answered_with(cats, "Auto-Submitted:\n auto-replied (holiday)"));
    CHECK(is_answered_with(cats, "Auto-Submitted: No"));
    CHECK(is_answered_with(cats, "Auto-Submitted: no (typed by hand)"));
    for (const char* value : {"bulk", "junk", "LIST"})
        CHECK_FALSE(is_answered_with(cats, std::string("Precedence: ") + value));
    CHECK(is_answered_with(cats, "Precedence: first-class"));
    CHECK_FALSE(is_answered_with(cats, "List-Id: <x.example>"));
}

TEST_CASE("list/answer_limit: the list does not answer itself")
{
    RequestList cats;
    cats.control("listaddress", "cats@example.org\nkitten@example.org\n");
    CHECK_FALSE(is_answered_with(cats, "X-Loop: Cats@example.org"));
    CHECK_FALSE(is_answered_with(cats, "X-Loop: kitten@example.org"));
    CHECK(is_answered_with(cats, "X-Loop: dogs@example.org"));
    for (const char* author :
         {"cats@example.org", "CATS@example.org", "kitten@example.org", "cats+help@example.org"})
        CHECK_FALSE(is_answered(cats, {.author = author}));
    for (const char* author :
         {"", "mailer-daemon@example.net", "owner-dogs@example.net", "dogs-request@example.net"})
        CHECK_FALSE(is_answered(cats, {.author = author}));
}

TEST_CASE("list/answer_limit: nobody who was probably not the author")
{
    const RequestList cats;
    for (const Vouched vouched : {Vouched::local, Vouched::yes, Vouched::weak})
        CHECK(is_answered(cats, {.sender = "bounces@sender.example", .vouched = vouched}));
    CHECK_FALSE(is_answered(cats, {.vouched = Vouched::no}));
    for (const Vouched vouched : {Vouched::unknown, Vouched::temporary}) {
        CHECK(is_answered(cats, {.sender = "x@EXAMPLE.net", .vouched = vouched}));
        CHECK_FALSE(is_answered(cats, {.sender = "x@evil.example", .vouched = vouched}));
    }
}

TEST_CASE("list/answer_limit: so many a day for one address, so many for the list")
{
    RequestList cats;
    cats.control("answersaday", "2\n");
    const std::int64_t now = 1800000000;
    CHECK(take_answer(cats.list(), "ann@example.net", now));
    CHECK(take_answer(cats.list(), "Ann@Example.net", now));
    CHECK_FALSE(take_answer(cats.list(), "ann@example.net", now + 1));
    CHECK(take_answer(cats.list(), "bob@example.net", now));
    CHECK(take_answer(cats.list(), "ann@example.net", now + 86400));
    int answered = 1;
    for (int count = 0; count < 100; ++count)
        answered += take_answer(cats.list(), std::to_string(count) + "@example.net", now + 86400);
    CHECK(answered == 40);
    cats.control("answersaday", "0\n");
    CHECK_FALSE(take_answer(cats.list(), "new@example.net", now + 5 * 86400));
}

TEST_CASE("list/answer_limit: what cannot be counted is not answered")
{
    const RequestList cats;
    std::filesystem::create_directory(cats.path("mailnode"));
    std::filesystem::create_directory(cats.path("mailnode/answers"));
    CHECK_FALSE(take_answer(cats.list(), "ann@example.net", 1800000000));
}

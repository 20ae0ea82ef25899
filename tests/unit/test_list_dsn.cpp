// Bounces as mailers write them: tests/data/dsn, one message a file, and what each means in
// "expected".
#include "base/text.hpp"
#include "list/dsn.hpp"
#include "vectors.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::list;

namespace
{

std::string word_for(BounceWeight weight)
{
    return weight == BounceWeight::none ? "none" : weight == BounceWeight::soft ? "soft" : "hard";
}

/// "a@b,c@d"; "-" when it is no report, "nobody" when the report names nobody.
std::string recipients_of(std::string_view message)
{
    const auto report = parse_dsn(message);
    if (!report) return "-";
    std::string names;
    for (const DsnRecipient& recipient : report->recipients)
        names += cat(names.empty() ? "" : ",", recipient.final_recipient);
    return names.empty() ? "nobody" : names;
}

BounceWeight weigh_status(const std::string& status, const std::string& diagnostic = {},
                          const std::string& action = "failed")
{
    return weigh({"ann@example.net", "", action, status, diagnostic});
}

std::string report_with(std::string_view status)
{
    return cat("Content-Type: multipart/report; boundary=b\n\n--b\n"
               "Content-Type: message/delivery-status\n\n",
               status, "\n--b--\n");
}

} // namespace

TEST_CASE("list/dsn: every mailer's bounce means what tests/data/dsn/expected says")
{
    const auto directory = test_data("dsn");
    std::size_t count = 0;
    const std::string table = contents(directory / "expected");
    for (const std::string_view line : split(table, '\n')) {
        const auto words = split_words(line);
        if (words.size() != 4 || words[0] == "#") continue;
        const std::string name(words[0]);
        CAPTURE(name);
        const std::string message = contents(directory / cat(name, ".eml"));
        REQUIRE_FALSE(message.empty());
        CHECK(looks_like_bounce(message) == (words[1] == "yes"));
        CHECK(word_for(weigh_bounce(message)) == words[2]);
        CHECK(recipients_of(message) == words[3]);
        ++count;
    }
    CHECK(count == 29);
}

TEST_CASE("list/dsn: fields behind an empty line are read, and both recipients of one report")
{
    const auto report = parse_dsn(contents(test_data("dsn") / "two-recipients.eml"));
    REQUIRE(report);
    REQUIRE(report->recipients.size() == 2);
    CHECK(report->recipients[0].status == "4.2.2");
    CHECK(report->recipients[1].original_recipient == "ann@example.net");
    CHECK(report->recipients[1].action == "failed");
    CHECK(report->recipients[1].diagnostic == "550 5.1.1 gone");
}

TEST_CASE("list/dsn: forms that are not quite the standard's")
{
    CHECK(recipients_of(report_with("Final-Recipient: ann@example.net\nAction: failed\n")) ==
          "ann@example.net");
    CHECK(recipients_of(report_with("Final-Recipient: RFC822;<ann@example.net> (Ann)\n")) ==
          "ann@example.net");
    CHECK(recipients_of(report_with("\n\n\nFinal-Recipient: rfc822;\n ann@example.net\n")) ==
          "ann@example.net");
    CHECK(recipients_of(report_with("Reporting-MTA: dns; x\n")) == "nobody");
    CHECK(recipients_of("Content-Type: multipart/report; boundary=\"\"\n\n--\n") == "-");
    CHECK(recipients_of("Content-Type: multipart/report\n\n") == "-");
    CHECK(recipients_of("") == "-");
    CHECK(recipients_of("Content-Type: multipart/mixed; boundary=b\n\n--b\n"
                        "Content-Type: message/delivery-status\n\nAction: failed\n\n--b--\n") ==
          "-");
}

TEST_CASE("list/dsn: at most 100 recipients, and values of 1000 bytes")
{
    std::string status;
    for (int i = 0; i < 1000; ++i)
        status += "\nFinal-Recipient: rfc822; a@b.example\n";
    const auto report = parse_dsn(report_with(status));
    REQUIRE(report);
    CHECK(report->recipients.size() == 100);
    const auto longer =
        parse_dsn(report_with(cat("Diagnostic-Code: smtp; ", std::string(100000, 'x'), "\n")));
    REQUIRE(longer);
    CHECK(longer->recipients.front().diagnostic.size() == 1000);
}

TEST_CASE("list/dsn: the weight of a status")
{
    for (const char* const hard : {"5.1.1", "5.1.10", "5.1.2", "5.1.6", "5.2.1", "5.4.4"})
        CHECK_MESSAGE(weigh_status(hard) == BounceWeight::hard, hard);
    for (const char* const soft : {"4.4.1", "4.2.2", "5.2.2", "5.3.0", "5.4.6", "5.0.0", "", "5.1"})
        CHECK_MESSAGE(weigh_status(soft) == BounceWeight::soft, soft);
    for (const char* const none : {"5.7.1", "5.7.26", "5.6.0", "5.1.7", "5.1.8", "5.2.3", "5.3.4",
                                   "5.5.2", "4.7.1", "2.1.5"})
        CHECK_MESSAGE(weigh_status(none) == BounceWeight::none, none);
}

TEST_CASE("list/dsn: only what has failed weighs anything")
{
    for (const char* const action : {"delayed", "delivered", "relayed", "expanded", "fail"})
        CHECK(weigh_status("5.1.1", "", action) == BounceWeight::none);
    CHECK(weigh_status("5.1.1", "", "") == BounceWeight::hard);
    CHECK(weigh_status("2.1.5", "", "") == BounceWeight::none);
}

TEST_CASE("list/dsn: a vague status gives way to the diagnostic, a clear one does not")
{
    CHECK(weigh_status("5.0.0", "550 5.1.1 unknown") == BounceWeight::hard);
    CHECK(weigh_status("5.0.0", "550 5.7.1 user unknown") == BounceWeight::none);
    CHECK(weigh_status("", "550 No such user") == BounceWeight::hard);
    CHECK(weigh_status("5.0.0", "554 this looks like SPAM") == BounceWeight::none);
    CHECK(weigh_status("5.2.2", "550 5.1.1 unknown") == BounceWeight::soft);
    CHECK(weigh_status("5.5.0", "550 mailbox unavailable") == BounceWeight::hard);
}

TEST_CASE("list/dsn: what looks like a status code and is none")
{
    const auto text = [](std::string_view words) {
        return weigh_text(cat("From: MAILER-DAEMON@x.example\n\n", words, "\n"));
    };
    CHECK(text("550 5.1.1 gone") == BounceWeight::hard);
    CHECK(text("550-5.1.1 gone") == BounceWeight::hard);
    CHECK(text("(#5.1.1)") == BounceWeight::hard);
    for (const char* const other :
         {"550 5.1.1.7 said no", "on 5.1.2026", "version 5.1.1", "1550 5.1.1", "550 5.1111.1",
          "550 5.1.", "550 5..1", "5.", ".", "550 6.1.1"})
        CHECK_MESSAGE(text(other) == BounceWeight::soft, other);
}

TEST_CASE("list/dsn: words of the mail that comes back are not the mailer's")
{
    CHECK(weigh_text("From: MAILER-DAEMON@x.example\n\nIt failed.\n"
                     "--- Below this line is a copy of the message.\n\n550 5.1.1 user unknown\n") ==
          BounceWeight::soft);
    CHECK(weigh_text(cat("From: MAILER-DAEMON@x.example\n\nIt failed.\n", std::string(2000, '\n'),
                         "550 5.1.1 user unknown\n")) == BounceWeight::soft);
}

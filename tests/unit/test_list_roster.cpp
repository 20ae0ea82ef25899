// src/list/roster.hpp
#include "list/roster.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::list;

namespace
{

/// "LINE address[/subscription]" of each entry, "LINE !text" of what is no address.
std::string told(std::string_view text)
{
    std::string out;
    read_roster(text, [&](const RosterEntry& entry) {
        out += cat(out.empty() ? "" : ", ", std::to_string(entry.line), " ",
                   entry.address ? *entry.address : cat("!", entry.text));
        if (entry.subscription) out += cat("/", name_of(*entry.subscription));
    });
    return out;
}

} // namespace

TEST_CASE("list/roster: an address a line")
{
    CHECK(told("") == "");
    CHECK(told("\n\n \n") == "");
    CHECK(told("ann@example.net\nBob@Example.NET") == "1 ann@example.net, 2 bob@example.net");
    CHECK(told("\xef\xbb\xbf"
               "ann@example.net\r\n\r\n bob@example.net \r\n") ==
          "1 ann@example.net, 3 bob@example.net");
    CHECK(told("# members\nann@example.net\n#\n#odd@example.net\n") ==
          "2 ann@example.net, 4 #odd@example.net");
    CHECK(told("E-Mail\nann@example.net\n") == "2 ann@example.net");
    CHECK(told("ann@example.net\nnobody\n@\n") == "1 ann@example.net, 2 !nobody, 3 !@");
}

TEST_CASE("list/roster: as Mailman's list_members prints it")
{
    CHECK(told("Ann Onymous <Ann@example.net>\nRoe, Jane <jane@example.net>\n"
               "\"Doe, \\\"J\\\" John\" <john@example.net>\n<bare@example.net>\n") ==
          "1 ann@example.net, 2 jane@example.net, 3 john@example.net, 4 bare@example.net");
    CHECK(told("Roe, Jane <jane@example.net>\n") == "1 jane@example.net");
    CHECK(told("ann@example.net\nann@example.net>\n<>\n<a@b> x\n") ==
          "1 ann@example.net, 2 !ann@example.net>, 3 !<>, 4 !<a@b> x");
}

TEST_CASE("list/roster: domains of other alphabets")
{
    CHECK(told("ann@b\xc3\xbc"
               "cher.example\n") == "1 ann@xn--bcher-kva.example");
    CHECK(told("\xc3\xa4nn@example.net\n") == "1 !\xc3\xa4nn@example.net");
    CHECK(told("ann@\xff\n") == "1 !ann@\xff");
}

TEST_CASE("list/roster: CSV, the column by its title")
{
    CHECK(told("Name,Email Address,Phone\nAnn,ann@example.net,1\nBob,bob@example.net,2\n") ==
          "2 ann@example.net, 3 bob@example.net");
    CHECK(told("mail;name\nann@example.net;Ann\nnot one;x@example.net\n") ==
          "2 ann@example.net, 3 !not one;x@example.net");
    CHECK(told("address,subscription\na@example.net,digest\nb@example.net,both\nc@example.net,?\n"
               "d@example.net\n") ==
          "2 a@example.net/digest, 3 b@example.net/both, 4 c@example.net, 5 d@example.net");
    CHECK(told("name,address\nAnn\n") == "2 !Ann");
}

TEST_CASE("list/roster: CSV, the column by what is in it")
{
    CHECK(told("Ann\tann@example.net\tx\nBob\tbob@example.net\ty@example.net\n") ==
          "1 ann@example.net, 2 bob@example.net");
    CHECK(told("Nom,Courriel\nAnn,ann@example.net\nBob,none\n") ==
          "2 ann@example.net, 3 !Bob,none");
    CHECK(told("ann@example.net, bob@example.net\n c@example.net,\n") ==
          "1 ann@example.net, 1 bob@example.net, 2 c@example.net");
}

TEST_CASE("list/roster: CSV, quotes and line ends in cells")
{
    CHECK(
        told("name,email\n\"Onymous, \"\"A\"\"\nAnn\",\"ann@example.net\"\n\nBob,b@example.net") ==
        "2 ann@example.net, 5 b@example.net");
    // A quote that is never closed costs what follows it in its line, no more.
    CHECK(told("name,email\n\"Ann,ann@example.net\nBob,bob@example.net\n") ==
          "2 ann@example.net, 3 bob@example.net");
}

TEST_CASE("list/roster: a hostile text takes no longer than it is long")
{
    std::string text = "a,b\n";
    for (int i = 0; i < 300000; ++i)
        text += "\"\"\",";
    told(text);
    told("a,b\n" + std::string(1000000, '"'));
    told("a,b\n" + std::string(1000000, ','));
}

TEST_CASE("list/roster: what is written can be read")
{
    for (const RosterFormat format : {RosterFormat::lines, RosterFormat::csv}) {
        const std::string text = roster_header(format) +
                                 roster_line(format, "ann@example.net", Subscription::normal) +
                                 roster_line(format, "bob@example.net", Subscription::both);
        CHECK(told(text) == (format == RosterFormat::csv
                                 ? "2 ann@example.net/normal, 3 bob@example.net/both"
                                 : "1 ann@example.net, 2 bob@example.net"));
    }
    CHECK(roster_line(RosterFormat::csv, "\"a,b\"@c", Subscription::nomail) ==
          "\"\"\"a,b\"\"@c\",nomail\n");
}

#include "base/error.hpp"
#include "base/text.hpp"
#include "list/digest.hpp"
#include "list/digest_run.hpp"
#include "list/last_digest.hpp"
#include "list/postings.hpp"
#include "list/topics.hpp"
#include "list_fixture.hpp"
#include "message/header.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <functional>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using mn::list::Context;
using mn::list::List;
using mn::list::Outgoing;

namespace
{

constexpr std::int64_t noon = 1795348800;

std::string post(int number, const std::string& subject, const std::string& more = "")
{
    const std::string id = std::to_string(number);
    return "From: Ann <ann@example.net>\nSubject: " + subject + "\nMessage-ID: <" + id + "@x>\n" +
           more + "\nbody " + id + "\n";
}

class Fixture
{
public:
    Fixture()
    {
        directory.put("text/digest", "Subject: Issue $digestissue$ ($digestinterval$)\n\n"
                                     "$digestfirst$ to $digestlast$\n* %digestthreads%\n");
        directory.put("digesters.d/d", "dan@example.net\ndora@example.net\n");
        directory.put("subscribers.d/s", "sam@example.net\n");
    }

    void archive(int from, int to) const
    {
        for (int number = from; number <= to; ++number)
            directory.put("archive/" + std::to_string(number), post(number, "hello"));
        directory.put("index", std::to_string(to));
    }

    std::size_t send(std::int64_t now = noon)
    {
        const List list(directory.path());
        const mn::list::TextDirectories texts;
        const mn::list::Send send = [this](const Outgoing& mail) {
            if (refuse_after == 0) throw mn::Error("4.3.0", "no");
            --refuse_after;
            sent.push_back(mail);
        };
        return mn::list::send_digests({list, texts, send, now});
    }

    bool is_due(std::int64_t now = noon) const
    {
        return mn::list::is_digest_due(List(directory.path()), now);
    }

    /// The subjects of what was sent.
    std::string subjects() const
    {
        std::string all;
        for (const Outgoing& mail : sent) {
            const auto field = mn::find_field(mn::split_message(mail.message).header, "Subject");
            all += (field ? mn::unfolded(field->value) : "(none)") + "; ";
        }
        return all;
    }

    ListDirectory directory;
    std::vector<Outgoing> sent;
    std::size_t refuse_after = 1'000'000;
};

std::size_t count(std::string_view text, std::string_view part)
{
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos;
         at = text.find(part, at + 1))
        ++found;
    return found;
}

std::string topics_of(const mn::list::Topics& topics)
{
    std::string all;
    topics.for_each([&](std::string_view thread) { all += mn::cat(thread, "\n"); });
    return all;
}

} // namespace

// mlmmj's digests had two Subjects, neither Date nor Message-ID, and never a thread.
TEST_CASE("list/digest: one mail that every reader understands")
{
    Fixture fixture;
    fixture.archive(1, 3);
    fixture.directory.put("archive/2", post(2, "other", "References: <1@x>\n"));
    fixture.directory.put("archive/3",
                          post(3, "=?utf-8?q?caf=C3=A9?=") + "\xC3\xA9 $list$ %text x%\n");
    fixture.directory.put("control/customheaders", "X-Own: 1\nSubject: no\nContent-Type: no/no\n");
    CHECK(fixture.send() == 1);
    REQUIRE(fixture.sent.size() == 1);
    const Outgoing& mail = fixture.sent[0];
    CHECK(mail.recipients == std::vector<std::string>{"dan@example.net", "dora@example.net"});
    CHECK(mail.sender.starts_with("cats+bounces-digest."));
    CHECK(mail.sender.ends_with("@example.org"));
    CHECK(mail.with_verp);
    const std::string_view header = mn::split_message(mail.message).header;
    for (const char* name : {"Subject", "From", "To", "Date", "Message-ID", "MIME-Version",
                             "Content-Type", "Auto-Submitted", "X-Loop", "List-Id", "X-Own"}) {
        CAPTURE(name);
        std::size_t fields = 0;
        for (const auto& field : mn::header_fields(header))
            fields += field.is(name) ? 1U : 0U;
        CHECK(fields == 1);
    }
    CHECK(mn::unfolded(mn::find_field(header, "Subject")->value) == "Issue 1 (1-3)");
    CHECK(mn::unfolded(mn::find_field(header, "Content-Type")->value)
              .starts_with("multipart/mixed;"));
    CHECK(mn::unfolded(mn::find_field(header, "Content-Transfer-Encoding")->value) == "8bit");
    CHECK(count(mail.message, "Content-Type: multipart/digest;") == 1);
    CHECK(count(mail.message, "Content-Type: message/rfc822\n") == 3);
    CHECK(mail.message.find("1 to 3\n* hello\n    1 - Ann <ann@example.net>\n"
                            "    2 - Ann <ann@example.net>\n* café\n    3 - Ann") !=
          std::string::npos);
    for (const char* name : {"archive/1", "archive/2", "archive/3"})
        CHECK(count(mail.message, fixture.directory.get(name)) == 1);
    CHECK(fixture.directory.get("lastdigest") == "3:1795348800:1\n");
    CHECK_FALSE(fixture.directory.has("mailnode/digest"));
    CHECK_FALSE(fixture.is_due());
    CHECK(fixture.send() == 0);
}

TEST_CASE("list/digest: without a text if the owner says so")
{
    Fixture fixture;
    fixture.archive(1, 1);
    fixture.directory.put("control/nodigesttext", "");
    CHECK(fixture.send() == 1);
    CHECK(count(fixture.sent.at(0).message, "text/plain") == 0);
    CHECK(fixture.subjects() == "Issue 1 (1); ");
}

TEST_CASE("list/digest: due by number or by time")
{
    Fixture fixture;
    fixture.directory.put("control/digestmaxmails", "4\n");
    fixture.directory.put("control/digestinterval", "1000\n");
    CHECK_FALSE(fixture.is_due()); // no posts
    fixture.archive(1, 6);
    fixture.directory.put("lastdigest", "0:" + std::to_string(noon - 999) + "\n"); // an old form
    CHECK(fixture.is_due());
    CHECK(fixture.send() == 1); // a full one; the rest waits
    CHECK(fixture.subjects() == "Issue 1 (1-4); ");
    CHECK(fixture.directory.get("lastdigest") == "4:1795348800:1\n");
    CHECK_FALSE(fixture.is_due(noon + 999));
    CHECK(fixture.send(noon + 999) == 0);
    CHECK(fixture.is_due(noon + 1000));
    fixture.archive(7, 13);
    CHECK(fixture.send(noon + 1000) == 3);
    CHECK(fixture.subjects() == "Issue 1 (1-4); Issue 2 (5-8); Issue 3 (9-12); Issue 4 (13); ");
    CHECK(fixture.directory.get("lastdigest") == "13:1795349800:4\n");
    fixture.directory.put("control/noarchive", "");
    fixture.archive(14, 30);
    CHECK_FALSE(fixture.is_due(noon + 100'000));
}

TEST_CASE("list/digest: what nobody wants is over, what is gone is left out")
{
    Fixture fixture;
    fixture.archive(1, 2);
    fixture.directory.put("digesters.d/d", "");
    CHECK(fixture.send() == 0);
    CHECK(fixture.directory.get("lastdigest") == "2:1795348800:1\n");
    fixture.directory.put("digesters.d/d", "dan@example.net\n");
    fixture.directory.put("index", "5"); // nothing of it in the archive
    CHECK(fixture.send(noon + 1'000'000) == 0);
    CHECK(fixture.sent.empty());
    fixture.archive(6, 7);
    fixture.directory.put("index", "9");
    CHECK(fixture.send(noon + 2'000'000) == 1);
    CHECK(count(fixture.sent.at(0).message, "message/rfc822") == 2);
}

TEST_CASE("list/digest: a mail of bearable size")
{
    Fixture fixture;
    fixture.archive(1, 3);
    fixture.directory.put("archive/1",
                          post(1, "big") + std::string(std::size_t{5} << 20, 'x') + "\n");
    fixture.directory.put("archive/2",
                          post(2, "big") + std::string(std::size_t{5} << 20, 'y') + "\n");
    fixture.directory.put("archive/3",
                          post(3, "huge") + std::string(std::size_t{9} << 20, 'z') + "\n");
    CHECK(fixture.send() == 2);
    CHECK(fixture.subjects() == "Issue 1 (1); Issue 2 (2-3); ");
    CHECK(fixture.sent.at(1).message.size() < std::size_t{6} << 20);
    CHECK(fixture.sent.at(1).message.find("(too large: cats+get-3@example.org)") !=
          std::string::npos);
}

TEST_CASE("list/digest: in batches; an interruption loses and doubles nobody")
{
    Fixture fixture;
    fixture.archive(1, 1);
    std::string addresses;
    for (std::size_t i = 0; i < mn::list::batch_size * 2 + 1; ++i)
        addresses += "d" + std::to_string(i) + "@example.net\n";
    fixture.directory.put("digesters.d/d", addresses);
    fixture.refuse_after = 1;
    CHECK_THROWS_AS(fixture.send(), mn::Error);
    CHECK(fixture.directory.get("mailnode/digest")
              .starts_with("00000000000000001000 1 1 1\nd0@example.net\n"));
    CHECK(fixture.directory.get("lastdigest").empty());
    // Whoever comes and goes now is no part of this issue.
    fixture.directory.put("digesters.d/d", "late@example.net\n");
    fixture.archive(2, 2);
    CHECK(fixture.is_due());
    fixture.refuse_after = 100;
    CHECK(fixture.send() == 1);
    CHECK(fixture.subjects() == "Issue 1 (1); Issue 1 (1); Issue 1 (1); ");
    std::string got;
    for (const Outgoing& mail : fixture.sent)
        for (const std::string& recipient : mail.recipients)
            got += recipient + "\n";
    CHECK((got == addresses));
    CHECK(fixture.directory.get("lastdigest") == "1:1795348800:1\n");
    CHECK_FALSE(fixture.directory.has("mailnode/digest"));
    CHECK(fixture.send(noon + 1'000'000) == 1);
    CHECK(fixture.sent.back().recipients == std::vector<std::string>{"late@example.net"});
}

TEST_CASE("list/digest: killed between lastdigest and the end, nothing is sent again")
{
    Fixture fixture;
    fixture.archive(1, 2);
    fixture.directory.put("lastdigest", "2:1795348800:1\n");
    fixture.directory.put("mailnode/digest", "00000000000000000000 1 2 1\ndan@example.net\n");
    CHECK(fixture.is_due());
    CHECK(fixture.send() == 0);
    CHECK(fixture.sent.empty());
    CHECK_FALSE(fixture.directory.has("mailnode/digest"));
}

TEST_CASE("list/digest: killed after the last batch, and what cannot be read is begun anew")
{
    Fixture fixture;
    fixture.archive(1, 2);
    fixture.directory.put("mailnode/digest", "00000000000000000002 1 1 1\na@b.c\nd@e.f\n");
    CHECK(fixture.send() == 1);
    CHECK(fixture.sent.empty());
    CHECK(fixture.directory.get("lastdigest") == "1:1795348800:1\n");
    fixture.directory.put("mailnode/digest", "0 1 2 2\na@b.c\n");
    CHECK(fixture.send(noon + 1'000'000) == 1);
    CHECK(fixture.subjects() == "Issue 2 (2); ");
    CHECK(fixture.sent.back().recipients ==
          std::vector<std::string>{"dan@example.net", "dora@example.net"});
    CHECK_FALSE(fixture.directory.has("mailnode/digest"));
}

TEST_CASE("list/digest: a second process sends nothing, and mlmmj's lock counts")
{
    Fixture fixture;
    fixture.archive(1, 1);
    const std::string path = fixture.directory.path() + "/lastdigest";
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        struct flock range = {};
        range.l_type = F_WRLCK;
        const int fd = ::open(path.c_str(), O_RDWR | O_CREAT, 0600);
        const bool is_locked = ::fcntl(fd, F_SETLK, &range) == 0;
        ::close(ready[0]);
        if (is_locked && ::write(ready[1], "x", 1) == 1) ::pause();
        ::_exit(1);
    }
    ::close(ready[1]);
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    CHECK(fixture.send() == 0);
    CHECK(fixture.sent.empty());
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    CHECK(fixture.send() == 1);
}

TEST_CASE("list/digest: lastdigest as mlmmj writes it, and as it may be damaged")
{
    using mn::list::parse_digest_mark;
    CHECK(parse_digest_mark("7:1700000000:3\n").text() == "7:1700000000:3\n");
    CHECK(parse_digest_mark("7:1700000000").text() == "7:1700000000:0\n");
    for (const char* text :
         {"", "7", "a:b:c", "1:2:3:4", "-1:2:3", "1:99999999999999999999:1", "::"})
        CHECK(parse_digest_mark(text).text() == "0:0:0\n");
}

TEST_CASE("list/digest: threads by reference, not by subject")
{
    mn::list::Topics topics;
    topics.add(1, "From: a@x\nSubject: hello\nMessage-ID: <1@x>\n");
    topics.add(2, "From: b@x\nSubject: hello\nMessage-ID: <2@x>\n");
    topics.add(3, "From: c@x\nSubject: Re: Re: bye\nMessage-ID: <3@x>\nIn-Reply-To: <1@x>\n");
    // Both answer a post that is not here.
    topics.add(4, "From: d@x\nSubject: RE: old\nMessage-ID: <4@x>\nReferences: <0@x>\n <00@x>\n");
    topics.add(5, "From: e@x\nSubject: old\nReferences: <0@x>\n", " (large)");
    topics.add(6, "");
    CHECK(topics_of(topics) ==
          "hello\n  1 - a@x\n  3 - c@x\nhello\n  2 - b@x\n"
          "old\n  4 - d@x\n  5 - e@x (large)\n(no subject)\n  6 - (no author)\n");
    mn::list::Topics hostile;
    std::string references = "References:";
    for (int i = 0; i < 20'000; ++i)
        references += " <" + std::to_string(i) + "@x>";
    for (std::uint64_t i = 0; i < 50; ++i)
        hostile.add(i, references + "\nSubject: " + std::string(10'000, 'x') + "\n");
    CHECK(topics_of(hostile).size() < 5'000);
}

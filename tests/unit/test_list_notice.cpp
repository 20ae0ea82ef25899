#include "base/error.hpp"
#include "base/text.hpp"
#include "list/notice.hpp"
#include "list_fixture.hpp"
#include "message/encoded_word.hpp"
#include "message/header.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using mn::list::Context;
using mn::list::List;
using mn::list::Notice;

namespace
{

constexpr std::int64_t noon = 1795348800; // 2026-11-22 12:00:00 UTC

class Fixture
{
public:
    std::string compose(const Notice& notice) const
    {
        const List list(directory.path());
        const mn::list::Send send = [](const mn::list::Outgoing&) {};
        const mn::list::TextDirectories texts;
        return mn::list::compose_notice({list, texts, send, noon}, notice);
    }

    std::string fields() const { return mn::list::list_fields(List(directory.path())); }

    ListDirectory directory;
};

Notice notice_for(const char* purpose)
{
    Notice notice;
    notice.occasion.purpose = purpose;
    notice.to = "ann@example.net";
    return notice;
}

std::string field(std::string_view message, std::string_view name)
{
    const auto found = mn::find_field(mn::split_message(message).header, name);
    return found ? mn::unfolded(found->value) : "(none)";
}

std::size_t count(std::string_view message, std::string_view name)
{
    std::size_t found = 0;
    for (const auto& one : mn::header_fields(mn::split_message(message).header))
        found += one.is(name) ? 1U : 0U;
    return found;
}

} // namespace

TEST_CASE("list/notice: everything that an automatic mail must have")
{
    const Fixture fixture;
    fixture.directory.put("text/help", "Subject: Help for $list$\n\nbody\n");
    Notice notice = notice_for("help");
    notice.in_reply_to = "<1@example.net>";
    notice.reply_to = "cats+confsub-x@example.org";
    const std::string mail = fixture.compose(notice);
    CHECK(mail.starts_with("Subject: Help for cats\n"));
    CHECK(field(mail, "From") == "cats+help@example.org");
    CHECK(field(mail, "To") == "ann@example.net");
    CHECK(field(mail, "Reply-To") == "cats+confsub-x@example.org");
    CHECK(field(mail, "Date") == "Sun, 22 Nov 2026 12:00:00 +0000");
    CHECK(field(mail, "MIME-Version") == "1.0");
    CHECK(field(mail, "Content-Type") == "text/plain; charset=utf-8");
    CHECK(field(mail, "Content-Transfer-Encoding") == "8bit");
    CHECK(field(mail, "In-Reply-To") == "<1@example.net>");
    CHECK(field(mail, "References") == "<1@example.net>");
    CHECK(field(mail, "Auto-Submitted") == "auto-replied");
    CHECK(field(mail, "X-Loop") == "cats@example.org");
    CHECK(field(mail, "List-Id") == "<cats.example.org>");
    const std::string id = field(mail, "Message-ID");
    CHECK(id.starts_with("<1795348800."));
    CHECK(id.ends_with(".cats@example.org>"));
    CHECK(field(fixture.compose(notice), "Message-ID") != id);
    CHECK(mail.ends_with("\n\nbody\n"));
    for (const auto& one : mn::header_fields(mn::split_message(mail).header))
        CHECK(count(mail, one.name) == 1);
    notice.is_reply = false;
    notice.from = "cats+owner@example.org";
    CHECK(field(fixture.compose(notice), "Auto-Submitted") == "auto-generated");
    CHECK(field(fixture.compose(notice), "From") == "cats+owner@example.org");
}

TEST_CASE("list/notice: what the text gives comes first, but not everything")
{
    const Fixture fixture;
    fixture.directory.put("text/help",
                          "From: Café <x@example.org>\nSubject: a\nSubject: b\n"
                          "Content-Type: multipart/mixed;\n boundary=\"x$random0$\"\n"
                          "Bcc: all@example.org\nAuto-Submitted: no\nX-Own: 1\n\nbody");
    const std::string mail = fixture.compose(notice_for("help"));
    CHECK(field(mail, "From") == "=?utf-8?q?Caf=C3=A9?= <x@example.org>");
    CHECK(field(mail, "Subject") == "a");
    CHECK(count(mail, "Subject") == 1);
    CHECK(count(mail, "Content-Type") == 1);
    CHECK(field(mail, "Content-Type").starts_with("multipart/mixed; boundary=\"x"));
    CHECK(field(mail, "Bcc") == "(none)");
    CHECK(field(mail, "Auto-Submitted") == "auto-replied");
    CHECK(field(mail, "X-Own") == "1");
}

TEST_CASE("list/notice: a text without a header is a body")
{
    const Fixture fixture;
    fixture.directory.put("text/help", "just words\nmore\n\nend\n");
    CHECK(fixture.compose(notice_for("help")).ends_with("\n\njust words\nmore\n\nend\n"));
    fixture.directory.put("text/help", "\nbody\n");
    CHECK(fixture.compose(notice_for("help")).ends_with("\n\nbody\n"));
    CHECK(field(fixture.compose(notice_for("help")), "Subject") ==
          "About the mailing list cats@example.org");
}

TEST_CASE("list/notice: a subject in any alphabet, of any length, is one folded field")
{
    const Fixture fixture;
    fixture.directory.put("text/deny", "Subject: Denied: $subject$\n\nx\n");
    Notice notice = notice_for("deny");
    for (const std::string part : {"é", "日本 ", "long words ", "x"}) {
        std::string subject;
        while (subject.size() < 3000)
            subject += part;
        subject += "!";
        notice.values.values["subject"] = subject;
        const std::string mail = fixture.compose(notice);
        CHECK(mn::encoded_words::decode(field(mail, "Subject")) == "Denied: " + subject);
        for (const std::string_view line : mn::split(mail, '\n'))
            CHECK(line.size() < 998);
    }
}

// The subject of a denied post once made the list send its control files to whoever asked.
TEST_CASE("list/notice: a hostile subject gets nothing but itself")
{
    const Fixture fixture;
    fixture.directory.put("control/moderators", "secret@example.org\n");
    fixture.directory.put("text/deny",
                          "Subject: Denied: $subject$\n\n%wrap%You wrote \"$subject$\"\n"
                          "\n%originalmail%\n");
    Notice notice = notice_for("deny");
    const std::string hostile =
        "x $control moderators$ %control moderators% %text deny% $text deny$";
    const std::string original =
        "Subject: " + hostile + "\n\n%control moderators%\n$control moderators$\n";
    notice.values.values["subject"] = hostile;
    notice.values.original_mail = original;
    const std::string mail = fixture.compose(notice);
    CHECK(mail.find("secret") == std::string::npos);
    CHECK(field(mail, "Subject") == "Denied: " + hostile);
    CHECK(mail.ends_with(original));
    notice.values.values["subject"] = "x\nBcc: all@example.org\n\nbody";
    CHECK(field(fixture.compose(notice), "Bcc") == "(none)");
    notice.in_reply_to = "<a@b>\nBcc: all@example.org";
    CHECK(field(fixture.compose(notice), "Bcc") == "(none)");
    notice.to = "ann@example.net\nBcc: all@example.org";
    CHECK_THROWS_AS(fixture.compose(notice), mn::Error);
}

TEST_CASE("list/notice: no text, no mail")
{
    const Fixture fixture;
    try {
        fixture.compose(notice_for("help"));
        FAIL("composed without a text");
    } catch (const mn::Error& error) {
        CHECK(error.status() == "4.3.5");
    }
}

TEST_CASE("list/notice: list fields say what the list can do")
{
    CHECK(Fixture().fields() == "List-Id: <cats.example.org>\n"
                                "List-Post: <mailto:cats@example.org>\n"
                                "List-Help: <mailto:cats+help@example.org>\n"
                                "List-Subscribe: <mailto:cats+subscribe@example.org>\n"
                                "List-Unsubscribe: <mailto:cats+unsubscribe@example.org>\n"
                                "List-Owner: <mailto:cats+owner@example.org>\n");
    const Fixture closed;
    closed.directory.put("control/closedlist", "");
    closed.directory.put("control/modonlypost", "");
    closed.directory.put("control/archiveurl", "https://example.org/cats/\n");
    CHECK(closed.fields() == "List-Id: <cats.example.org>\n"
                             "List-Post: NO\n"
                             "List-Help: <mailto:cats+help@example.org>\n"
                             "List-Owner: <mailto:cats+owner@example.org>\n"
                             "List-Archive: <https://example.org/cats/>\n");
    const Fixture odd;
    odd.directory.put("control/listaddress", "a&b%c@example.org\n");
    odd.directory.put("control/closedlistsub", "");
    odd.directory.put("control/archiveurl", "https://example.org/> x\n");
    const std::string fields = odd.fields();
    CHECK(fields.find("List-Post: <mailto:a%26b%25c@example.org>\n") != std::string::npos);
    CHECK(fields.find("List-Subscribe") == std::string::npos);
    CHECK(fields.find("List-Unsubscribe") != std::string::npos);
    CHECK(fields.find("List-Archive") == std::string::npos);
}

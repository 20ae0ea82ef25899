// src/list/archive_address.hpp, and Archived-At of list/rewrite
#include "list/archive_address.hpp"

#include "list/rewrite.hpp"
#include "list_fixture.hpp"
#include "message/header.hpp"
#include "message/message_key.hpp"

#include <doctest/doctest.h>

using namespace mn::list;

namespace
{

const std::string base = "https://example.org/cats/";
const std::string simple = "From: ann@example.net\nSubject: hi\nMessage-ID: <1@example.net>\n"
                           "Date: Sun, 22 Nov 2026 00:00:00 +0000\n";

struct Web {
    ListDirectory directory;

    explicit Web(const std::string& url = base)
    {
        if (!url.empty()) directory.put("control/archiveurl", url + "\n");
    }

    std::string post(const std::string& header) const
    {
        const std::string message = header + "\nbody\n"; // what mail refers to
        Incoming mail;
        mail.message = message;
        mail.standing = {Standing::Vouched::yes, Standing::Policy::none, true};
        mail.author = "ann@example.net";
        return rewrite(List(directory.path()), mail).message;
    }
    /// All values, each in brackets.
    std::string archived_at(const std::string& header) const
    {
        const std::string message = post(header);
        std::string values;
        for (const auto& field : mn::header_fields(mn::split_message(message).header))
            if (field.is("Archived-At")) values += "[" + mn::unfolded(field.value) + "]";
        return values;
    }
    std::string address(const std::string& header) const
    {
        return address_on_web(List(directory.path()), header);
    }
};

std::string page(std::string_view id)
{
    return base + mn::page_path(mn::key_of(id));
}

} // namespace

TEST_CASE("list/archive_address: where the archive is, with a slash at the end")
{
    CHECK(archive_address(List(Web().directory.path())) == base);
    CHECK(archive_address(List(Web("http://example.org/x").directory.path())) ==
          "http://example.org/x/");
    for (const char* wrong : {"", "example.org", "https://example.org/a b", "ftp://example.org/",
                              "https://example.org/\">", "https://example.org/<x>"})
        CHECK(archive_address(List(Web(wrong).directory.path())).empty());
    CHECK_FALSE(is_web_address("https://" + std::string(1000, 'x')));
    CHECK_FALSE(is_web_address("https://example.org/\x7f"));
    CHECK_FALSE(is_web_address("https://k\xc3\xa4tzchen.example/"));
}

TEST_CASE("list/archive_address: the page of a post")
{
    const Web web;
    CHECK(web.address(simple) == page("1@example.net"));
    CHECK(web.address("Subject: no id\n").empty());
    CHECK(web.address("Message-ID: without brackets\n").empty());
    web.directory.put("control/noarchive", "");
    CHECK(web.address(simple).empty());
    CHECK(Web("").address(simple).empty());
}

TEST_CASE("list/archive_address: authors who refuse")
{
    for (const char* yes : {"X-No-Archive: yes\n", "x-no-archive:YES (please)\n", "Archive: no\n",
                            "Archive: No; really\n", "X-Archive: no\n"}) {
        INFO(yes);
        CHECK(refuses_archive(simple + yes));
        CHECK(Web().address(simple + yes).empty());
    }
    for (const char* no : {"", "X-No-Archive: no\n", "Archive: yes\n", "Archive: nobody\n",
                           "Archived: no\n", "Subject: X-No-Archive: yes\n"}) {
        INFO(no);
        CHECK_FALSE(refuses_archive(simple + no));
    }
}

TEST_CASE("list/archive_address: posts say where they will be")
{
    const Web web;
    CHECK(web.archived_at(simple) == "[<" + page("1@example.net") + ">]");
    // Ours, not the one that it came with.
    CHECK(web.archived_at(simple + "Archived-At: <https://evil.example/>\n") ==
          "[<" + page("1@example.net") + ">]");
    CHECK(web.archived_at(simple + "X-No-Archive: yes\n").empty());
    CHECK(Web("").archived_at(simple + "Archived-At: <https://other.example/>\n") ==
          "[<https://other.example/>]");
}

TEST_CASE("list/archive_address: the Message-ID counts that the post leaves with")
{
    const Web web;
    const std::string added = web.post("From: ann@example.net\nSubject: no id\n");
    const std::string id = mn::message_id_of(mn::split_message(added).header);
    CHECK_FALSE(id.empty());
    CHECK(added.find("Archived-At: <" + page(id) + ">\n") != std::string::npos);
    web.directory.put("control/customheaders", "Message-ID: <other@example.org>\n");
    CHECK(web.archived_at(simple) == "[<" + page("other@example.org") + ">]");
}

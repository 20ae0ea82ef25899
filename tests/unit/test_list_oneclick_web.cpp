#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/process.hpp"
#include "list/oneclick.hpp"
#include "list/oneclick_web.hpp"
#include "list/subscribers.hpp"
#include "list_fixture.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

using namespace mn;
using namespace mn::list;

namespace
{

constexpr std::int64_t now = 1800000000;
const std::string one_click = "List-Unsubscribe=One-Click";

/// A directory of lists with one list, and what it is asked.
class Web
{
public:
    Web()
    {
        directory.put("lists/cats/control/listaddress", "cats@example.org\n");
        directory.put("lists/cats/control/owner", "owner@example.org\n");
        directory.put("lists/cats/subscribers.d/a", "ann@example.net\n");
        directory.put("lists/cats/digesters.d/a", "ann@example.net\n");
        directory.put("lists/cats/subscribers.d/b", "bob@example.net\n");
        directory.put("texts/finish", "Subject: bye\n\nbye\n");
        directory.put("texts/notify", "Subject: left\n\nleft\n");
    }

    std::string path_for(const std::string& address, std::int64_t expiry = now + 600)
    {
        return "/cats/" + oneclick_token(List(lists), address, expiry);
    }

    cgi::Response ask(const std::string& method, const std::string& path)
    {
        return ask(
            {.method = method, .path = path, .type = "", .length = {}, .client = "192.0.2.1"});
    }
    cgi::Response post(const std::string& path, const std::string& body = one_click)
    {
        return ask({.method = "POST",
                    .path = path,
                    .type = "application/x-www-form-urlencoded",
                    .length = body.size(),
                    .client = "192.0.2.1"},
                   body);
    }
    cgi::Response ask(const cgi::Request& request, const std::string& body = "")
    {
        // The body comes from standard input.
        const Fd input = input_of(body);
        const Fd saved(::dup(STDIN_FILENO));
        ::dup2(input.get(), STDIN_FILENO);
        struct Restore {
            int fd;
            ~Restore() { ::dup2(fd, STDIN_FILENO); }
        } restore{saved.get()};
        return answer_click({directory.path() + "/lists", texts, send, now}, request);
    }

    Subscription how(const std::string& address)
    {
        const List list(lists);
        return Subscribers(list).find(address);
    }

    ListDirectory directory;
    std::string lists = directory.path() + "/lists/cats";
    TextDirectories texts{directory.path() + "/texts"};
    std::vector<Outgoing> mails;
    bool sending_fails = false;
    Send send = [this](const Outgoing& mail) {
        if (sending_fails) throw Error("4.3.0", "mail system error", "no sendmail");
        mails.push_back(mail);
    };
};

bool has(const cgi::Response& response, std::string_view text)
{
    return response.body.find(text) != std::string::npos;
}

} // namespace

TEST_CASE("list/oneclick_web: a click unsubscribes from all kinds, again and again")
{
    Web web;
    const std::string path = web.path_for("ann@example.net");
    for (int i = 0; i < 2; ++i) {
        const cgi::Response response = web.post(path);
        CHECK(response.status == 200);
        CHECK(has(response, "ann@example.net"));
        CHECK(has(response, "cats+subscribe@example.org"));
        CHECK_FALSE(has(response, "<form"));
        CHECK(web.how("ann@example.net") == Subscription::none);
        CHECK(web.how("bob@example.net") == Subscription::normal);
    }
    REQUIRE(web.mails.size() == 1); // goodbye, once
    CHECK(web.mails[0].recipients == std::vector<std::string>{"ann@example.net"});
    CHECK(web.ask("GET", path).status == 200);
    CHECK(has(web.ask("GET", path), "Unsubscribed"));
}

TEST_CASE("list/oneclick_web: the owners are told if they want to be")
{
    Web web;
    web.directory.put("lists/cats/control/notifysub", "");
    CHECK(web.post(web.path_for("ann@example.net")).status == 200);
    REQUIRE(web.mails.size() == 2);
    CHECK(web.mails[1].recipients == std::vector<std::string>{"owner@example.org"});
}

TEST_CASE("list/oneclick_web: GET and HEAD only ask")
{
    Web web;
    for (const char* method : {"GET", "HEAD"}) {
        const cgi::Response response = web.ask(method, web.path_for("ann@example.net"));
        CHECK(response.status == 200);
        CHECK(has(response, "<form method=\"post\">"));
        CHECK(has(response, "name=\"List-Unsubscribe\" value=\"One-Click\""));
        CHECK(has(response, "<button"));
        CHECK(web.how("ann@example.net") == Subscription::both);
    }
    CHECK(web.mails.empty());
}

TEST_CASE("list/oneclick_web: who has no good link learns nothing")
{
    Web web;
    const std::string good = web.path_for("ann@example.net");
    const std::string token = good.substr(6);
    const std::string page = web.ask("GET", "/nowhere").body;
    web.directory.put("lists/secret.txt", "");
    web.directory.put("other/control/listaddress", "other@example.org\n");
    for (const std::string& path : {std::string(),
                                    std::string("/"),
                                    std::string("/cats"),
                                    std::string("/cats/"),
                                    "/dogs/" + token,
                                    good + "a",
                                    good + "/",
                                    good.substr(0, good.size() - 1),
                                    "/" + good,
                                    "/cats/x/../" + token,
                                    "/../lists/cats/" + token,
                                    "/./cats/" + token,
                                    "/../other/" + token,
                                    "/secret.txt/" + token,
                                    "/.cats/" + token,
                                    "cats/" + token,
                                    "/Cats/" + token,
                                    std::string("/cats/") + std::string(100000, 'a'),
                                    std::string("/cats/\0x", 8),
                                    "/" + std::string(100000, '/')}) {
        CAPTURE(path.substr(0, 80));
        for (const char* method : {"GET", "POST"}) {
            const cgi::Response response =
                method == std::string("GET") ? web.ask("GET", path) : web.post(path);
            CHECK(response.status == 404);
            CHECK(response.body == page);
        }
    }
    CHECK(web.how("ann@example.net") == Subscription::both);
}

TEST_CASE("list/oneclick_web: expired, closed, and links that outlive control/oneclick")
{
    Web web;
    const std::string old = web.path_for("ann@example.net", now - 120);
    CHECK(web.post(old).status == 410);
    CHECK(web.ask("GET", old).status == 410);
    CHECK(has(web.ask("GET", old), "cats+unsubscribe@example.org"));
    const std::string good = web.path_for("ann@example.net");
    web.directory.put("lists/cats/control/closedlist", "");
    CHECK(web.post(good).status == 403);
    CHECK(web.how("ann@example.net") == Subscription::both);
    std::filesystem::remove(web.lists + "/control/closedlist");
    web.directory.put("lists/cats/control/closedlistsub", "");
    CHECK(web.post(good).status == 200);
    CHECK_FALSE(has(web.post(good), "mailto:"));
}

TEST_CASE("list/oneclick_web: other methods and bodies")
{
    Web web;
    const std::string path = web.path_for("ann@example.net");
    for (const char* method : {"PUT", "DELETE", "OPTIONS", "post", "", "GET "}) {
        const cgi::Response response = web.ask(method, path);
        CHECK(response.status == 405);
        CHECK(response.fields.back() ==
              std::pair<std::string, std::string>("Allow", "GET, HEAD, POST"));
    }
    CHECK(web.post(path, "").status == 400);
    CHECK(web.post(path, "List-Unsubscribe=Maybe").status == 400);
    CHECK(web.post(path, std::string(max_click_body + 1, 'x')).status == 413);
    cgi::Request request{.method = "POST",
                         .path = path,
                         .type = "application/x-www-form-urlencoded",
                         .length = one_click.size() + 1,
                         .client = ""};
    CHECK(web.ask(request, one_click).status == 400); // cut off
    request.length.reset();
    CHECK(web.ask(request, one_click).status == 400);
    request.length = one_click.size();
    request.type = "text/plain";
    CHECK(web.ask(request, one_click).status == 400);
    request.length = ~std::uint64_t{0};
    CHECK(web.ask(request, one_click).status == 413);
    CHECK(web.how("ann@example.net") == Subscription::both);
}

TEST_CASE("list/oneclick_web: trouble is an Error, unless it is done already")
{
    Web web;
    const std::string path = web.path_for("ann@example.net");
    web.sending_fails = true;
    CHECK(web.post(path).status == 200);
    CHECK(web.how("ann@example.net") == Subscription::none);
    const std::string bob = web.path_for("bob@example.net");
    std::filesystem::remove_all(web.lists + "/subscribers.d");
    web.directory.put("lists/cats/subscribers.d", "not a directory");
    CHECK_THROWS_AS(web.post(bob), Error);
    std::filesystem::rename(web.directory.path() + "/lists", web.directory.path() + "/gone");
    CHECK_THROWS_AS(web.post(bob), Error);
}

TEST_CASE("list/oneclick_web: nothing that is shown becomes markup")
{
    Web web;
    web.directory.put("lists/cats/control/listaddress", "c&ts@example.org\n");
    web.directory.put("lists/cats/subscribers.d/a", "a'b&c@example.net\n");
    const cgi::Response response = web.ask("GET", web.path_for("a'b&c@example.net"));
    CHECK(response.status == 200);
    CHECK(has(response, "<strong>a&#39;b&amp;c@example.net</strong>"));
    CHECK(has(response, "<strong>c&amp;ts@example.org</strong>"));
}

#include "archive/search_web.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "list_fixture.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::archive;

namespace
{

struct Web {
    ListDirectory directory;

    Web()
    {
        directory.put("cats/index.html", "");
        directory.put("cats/2026-11/2026-11.mbox",
                      cat("From ", std::string(32, 'a'),
                          "@example.org Sun Nov 22 12:00:00 2026\nFrom: Ann <b>\nDate: Sun, 22 Nov "
                          "2026 12:00:00 +0000\nSubject: Hi <script>\n\nGreen tea & <i>\n\n"));
        directory.put("dogs/2026-11/2026-11.mbox", "");
    }
    cgi::Response operator()(const std::string& path, const std::string& query,
                             const std::string& method = "GET") const
    {
        cgi::Request request;
        request.method = method;
        request.path = path;
        request.query = query;
        return answer_search(directory.path(), request, std::chrono::seconds(10));
    }
};

bool has(const cgi::Response& response, std::string_view text)
{
    return response.body.find(text) != std::string::npos;
}

} // namespace

TEST_CASE("archive/search_web: results, with everything escaped")
{
    const Web web;
    for (const char* path : {"/cats", "/cats/"}) {
        const auto response = web(path, "q=tea");
        CHECK(response.status == 200);
        CHECK(has(response, cat("m/aa/", std::string(32, 'a'), ".html")));
        CHECK(has(response, "Hi &lt;script&gt;"));
        CHECK(has(response, "<mark>tea</mark> &amp; &lt;i&gt;"));
        CHECK_FALSE(has(response, "<script"));
    }
    CHECK(web("/cats", "q=tea", "HEAD").status == 200);
    const auto nothing = web("/cats", "q=%3Cb%3E%22%27coffee");
    CHECK(nothing.status == 200);
    CHECK_FALSE(has(nothing, "<b>"));
    CHECK(web("/cats/", "").status == 200);
}

TEST_CASE("archive/search_web: refusals")
{
    const Web web;
    for (const char* path : {"", "/", "/dogs", "/birds", "cats", "/cats/x", "/cats//", "/../x",
                             "/./cats", "/.", "/..", "//cats", "/cats/../cats", "/CATS "}) {
        INFO(path);
        CHECK(web(path, "q=tea").status == 404);
    }
    for (const char* query : {"q=%ff", "q=a&page=0", "page=201"})
        CHECK(web("/cats", query).status == 400);
    for (const char* method : {"POST", "PUT", "get", ""})
        CHECK(web("/cats", "q=tea", method).status == 405);
    CHECK_THROWS_AS(
        answer_search("/nonexistent", {"GET", "/cats", "", "", {}, ""}, std::chrono::seconds(1)),
        Error);
    CHECK(search_refusal(503).fields.back().first == "Retry-After");
}

TEST_CASE("archive/search_web: a link is no list")
{
    const Web web;
    std::filesystem::create_directory_symlink("cats", web.directory.path() + "/birds");
    CHECK_THROWS_AS(web("/birds", "q=tea"), Error);
}

#include "base/cgi.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace mn;

TEST_CASE("base/cgi: a request as the environment has it")
{
    for (const char* name : {"REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE",
                             "CONTENT_LENGTH", "REMOTE_ADDR"})
        ::unsetenv(name);
    cgi::Request request = cgi::request();
    CHECK(request.method.empty());
    CHECK_FALSE(request.length);
    ::setenv("REQUEST_METHOD", "POST", 1);
    ::setenv("PATH_INFO", "/cats/x", 1);
    ::setenv("QUERY_STRING", "q=%41", 1);
    ::setenv("CONTENT_TYPE", "a/b", 1);
    ::setenv("REMOTE_ADDR", "192.0.2.1", 1);
    ::setenv("CONTENT_LENGTH", "26", 1);
    request = cgi::request();
    CHECK(request.method == "POST");
    CHECK(request.path == "/cats/x");
    CHECK(request.query == "q=%41");
    CHECK(request.type == "a/b");
    CHECK(request.client == "192.0.2.1");
    CHECK(request.length == 26);
    for (const char* wrong : {"", "-1", "+1", " 1", "1 ", "0x1", "99999999999999999999"}) {
        ::setenv("CONTENT_LENGTH", wrong, 1);
        CHECK_FALSE(cgi::request().length);
    }
    for (const char* name : {"REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE",
                             "CONTENT_LENGTH", "REMOTE_ADDR"})
        ::unsetenv(name);
}

TEST_CASE("base/cgi: an answer, its status first")
{
    const cgi::Response response{404, {{"Content-Type", "text/html"}}, "nothing\n"};
    CHECK(cgi::text_of(response, false) ==
          "Status: 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 8\r\n\r\nnothing\n");
    CHECK(cgi::text_of(response, true) ==
          "Status: 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 8\r\n\r\n");
}

TEST_CASE("base/cgi: names and values of forms")
{
    CHECK(cgi::decoded("List%2dUnsubscribe") == "List-Unsubscribe");
    CHECK(cgi::decoded("a+b%20c%2B") == "a b c+");
    CHECK(cgi::decoded("%C3%BC%00") == std::string("\xc3\xbc\0", 3));
    CHECK(cgi::decoded("100%") == "100%");
    CHECK(cgi::decoded("%4") == "%4");
    CHECK(cgi::decoded("%4g%") == "%4g%");
    CHECK(cgi::decoded("").empty());
}

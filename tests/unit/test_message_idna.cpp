#include "message/idna.hpp"

#include <doctest/doctest.h>

using namespace mn;

TEST_CASE("message/idna: domains as the DNS has them")
{
    CHECK(ascii_domain("Example.ORG") == "example.org");
    CHECK(ascii_domain("b\xc3\xbc"
                       "cher.example") == "xn--bcher-kva.example");
    CHECK(ascii_domain("a.B\xc3\xbc"
                       "CHER.example") == "a.xn--bcher-kva.example");
    CHECK(ascii_domain("stra\xc3\x9f"
                       "e.example") == "xn--strae-oqa.example");
    // Samples of the standard: Chinese, Japanese with Latin letters, Vietnamese.
    CHECK(ascii_domain("\xe4\xbb\x96\xe4\xbb\xac\xe4\xb8\xba\xe4\xbb\x80\xe4\xb9\x88\xe4\xb8\x8d"
                       "\xe8\xaf\xb4\xe4\xb8\xad\xe6\x96\x87") == "xn--ihqwcrb4cv8a8dqg056pqjye");
    CHECK(ascii_domain("3\xe5\xb9\xb4"
                       "b\xe7\xb5\x84\xe9\x87\x91\xe5\x85\xab\xe5\x85\x88\xe7\x94\x9f") ==
          "xn--3b-ww4c5e180e575a65lsy2b");
    CHECK(ascii_domain("t\xe1\xba\xa1isaoh\xe1\xbb\x8dkh\xc3\xb4ngth\xe1\xbb\x83"
                       "ch\xe1\xbb\x89n"
                       "\xc3\xb3iti\xe1\xba\xbfngvi\xe1\xbb\x87t") ==
          "xn--tisaohkhngthchnitingvit-kjcr8268qyxafd2f1b9g");
    CHECK(ascii_domain("") == "");
    CHECK(ascii_domain(".a..B.") == ".a..b.");
}

TEST_CASE("message/idna: what has no such form")
{
    CHECK_FALSE(ascii_domain("b\xfc"
                             "cher.example"));
    CHECK_FALSE(ascii_domain("\xc0\xaf.example"));
    CHECK_FALSE(ascii_domain(std::string(64, 'x')));
    std::string longest;
    for (int i = 0; i < 60; ++i)
        longest.append("\xf4\x8f\xbf\xbf");
    CHECK_FALSE(ascii_domain(longest));
    CHECK_FALSE(ascii_domain(std::string(100000, '\xc3')));
}

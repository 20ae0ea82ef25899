#include "base/error.hpp"

#include <doctest/doctest.h>

#include <cerrno>

TEST_CASE("base/error: the exit status follows from the status code")
{
    struct Case {
        const char* status;
        int exit_status;
    };
    for (const auto& [status, wanted] : {Case{"4.3.0", 75}, Case{"4.2.2", 75}, Case{"5.1.1", 67},
                                         Case{"5.3.4", 69}, Case{"5.2.2", 69}, Case{"5.6.0", 65},
                                         Case{"5.7.1", 77}, Case{"", 75}, Case{"nonsense", 75}}) {
        CAPTURE(status);
        CHECK(mn::Error(status, "").exit_status() == wanted);
    }
}

TEST_CASE("base/error: a failed system call is temporary, whatever it says")
{
    for (int value = 0; value < 200; ++value) {
        CAPTURE(value);
        const mn::Error error = mn::system_error(value, "open", "/secret/path");
        CHECK(error.status().starts_with("4."));
        CHECK(error.exit_status() == 75);
        CHECK(std::string(error.what()).find("secret") == std::string::npos);
        CHECK(error.detail().starts_with("cannot open /secret/path: "));
    }
}

TEST_CASE("base/error: the sender of a mail learns which kind of trouble it is")
{
    CHECK(mn::system_error(ENOSPC, "write", "x").status() == "4.3.1");
    CHECK(mn::system_error(EDQUOT, "write", "x").status() == "4.2.2");
    CHECK(mn::system_error(EACCES, "open", "x").status() == "4.3.5");
    CHECK(mn::system_error(ENOMEM, "read", "x").status() == "4.3.2");
    CHECK(mn::system_error(EIO, "read", "x").status() == "4.3.0");
    CHECK(mn::system_error(ENOSPC, "write", "x").detail() ==
          "cannot write x: No space left on device");
}

TEST_CASE("base/error: a wrong option is the admin's to mend")
{
    const mn::UsageError error("no such option: --x");
    CHECK(error.status() == "4.3.5");
    CHECK(error.exit_status() == 75);
    CHECK(error.detail() == "no such option: --x");
}

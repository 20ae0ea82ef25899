#include "base/error.hpp"
#include "base/file.hpp"
#include "mta/submit.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

using namespace std::string_literals;
using namespace std::string_view_literals;

namespace
{

/// A sendmail that keeps its arguments and input in the directory, then does what `ending` says.
class FakeSendmail
{
public:
    explicit FakeSendmail(const std::string& ending)
    {
        mn::replace_file(path(),
                         "#!/bin/sh\nprintf '<%s>' \"$@\" >" + scratch_.file("arguments") +
                             "\ncat >" + scratch_.file("input") + "\n" + ending + "\n",
                         0755);
    }
    std::string path() const { return scratch_.file("sendmail"); }
    std::string kept(const std::string& name) const
    {
        return mn::read_file(scratch_.file(name), 1 << 24);
    }

private:
    ScratchDirectory scratch_;
};

mn::Error failure_of(const FakeSendmail& sendmail, std::chrono::milliseconds time_limit)
{
    try {
        mn::submit("Subject: x\n\ny\n", {.sender = "a@example.test",
                                         .recipients = {"b@example.test"},
                                         .sendmail = {sendmail.path()},
                                         .time_limit = time_limit});
    } catch (const mn::Error& error) {
        return error;
    }
    FAIL("submitted");
    throw std::logic_error("not reached");
}

} // namespace

TEST_CASE("mta/submit: sendmail gets the message byte for byte and the envelope unquoted")
{
    const FakeSendmail sendmail("exit 0");
    const std::string message = "Subject: x\n\n.\nFrom \0\xff\rx\n"s + std::string(200'000, 'y');
    mn::submit(message, {.sender = "a b@example.test",
                         .recipients = {"-bs@example.test", "$(id)@example.test"},
                         .sendmail = {sendmail.path(), "-C", "/etc/x"}});
    CHECK(sendmail.kept("arguments") ==
          "<-C></etc/x><-i><-f><a b@example.test><--><-bs@example.test><$(id)@example.test>");
    CHECK((sendmail.kept("input") == message));
}

TEST_CASE("mta/submit: the null sender is an empty argument")
{
    const FakeSendmail sendmail("exit 0");
    mn::submit("x",
               {.sender = "", .recipients = {"b@example.test"}, .sendmail = {sendmail.path()}});
    CHECK(sendmail.kept("arguments") == "<-i><-f><><--><b@example.test>");
}

TEST_CASE("mta/submit: every failure is temporary and tells the postmaster what sendmail said")
{
    for (const char* status : {"1", "64", "65", "67", "69", "75", "78", "127"}) {
        CAPTURE(status);
        const FakeSendmail sendmail("echo 'sendmail: fatal: no queue' >&2; exit " +
                                    std::string(status));
        const mn::Error error = failure_of(sendmail, std::chrono::seconds(20));
        CHECK(error.exit_status() == 75);
        CHECK(error.what() == "mail system error"sv);
        CHECK(error.detail().ends_with("ended with exit status " + std::string(status) +
                                       ": sendmail: fatal: no queue"));
    }
}

TEST_CASE("mta/submit: killed or too slow is a failure too")
{
    CHECK(failure_of(FakeSendmail("kill -KILL $$"), std::chrono::seconds(20))
              .detail()
              .find("signal 9") != std::string::npos);
    CHECK(failure_of(FakeSendmail("sleep 30"), std::chrono::milliseconds(300))
              .detail()
              .find("took too long") != std::string::npos);
}

TEST_CASE("mta/submit: no recipient, no program: an error, nothing run")
{
    CHECK_THROWS_AS(mn::submit("x", {.sender = "a@example.test", .recipients = {}}), mn::Error);
    CHECK_THROWS_AS(mn::submit("x", {.sender = "a@example.test",
                                     .recipients = {"b@example.test"},
                                     .sendmail = {"/no/such/sendmail"}}),
                    mn::Error);
}

#include "base/error.hpp"
#include "base/text.hpp"
#include "forward/checks.hpp"
#include "forward/envelope.hpp"
#include "forward/forward.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::forward;

namespace
{

constexpr std::int64_t now = 1'790'000'000;
const srs::Rewriter rewriter({"a secret of ours"}, "example.org");

/// The status of the Error that a step ends in; "" for none.
template <typename Step>
std::string status_of(Step step)
{
    try {
        step();
    } catch (const Error& error) {
        return error.status();
    }
    return "";
}

std::string loop_in(const std::string& header)
{
    return status_of([&] { refuse_loop(header, "x.test=joe@forward.internal"); });
}

std::string next(const std::string& sender, const std::string& recipient)
{
    std::string text;
    const std::string status = status_of([&] {
        const Envelope envelope = next_envelope({sender, recipient}, rewriter, now);
        text = cat(envelope.sender, " > ", envelope.recipient);
    });
    return status.empty() ? text : status;
}

} // namespace

TEST_CASE("forward/checks: a mark below a Received field is one of an earlier time")
{
    const std::string mark = "Delivered-To: X.test=joe@forward.internal\n", hop = "Received: x\n";
    CHECK(loop_in("") == "");
    CHECK(loop_in(mark + hop + "From: a@b.test\n") == "");
    CHECK(loop_in(mark + mark + "From: a@b.test\n") == "");
    CHECK(loop_in(hop + mark) == "5.4.6");
    CHECK(loop_in(mark + hop + hop + "delivered-to:\n x.test=joe@forward.internal \n") == "5.4.6");
    CHECK(loop_in(hop + "Delivered-To: x.test=jim@forward.internal\n") == "");
    CHECK(loop_in(hop + "Subject: x.test=joe@forward.internal\n") == "");
    std::string hops;
    for (unsigned i = 0; i < max_hops; ++i)
        hops.append(hop);
    CHECK(loop_in(hops) == "");
    CHECK(loop_in(hops + hop) == "5.4.6");

    const std::string recipient = "x.test=joe@forward.internal";
    CHECK(has_delivery_mark("X: y\n" + mark + hop, recipient));
    CHECK_FALSE(has_delivery_mark(hop + mark, recipient));
    CHECK_FALSE(has_delivery_mark("", recipient));
}

TEST_CASE("forward/checks: a failed DMARC check counts if we say so")
{
    const std::string name = "Authentication-Results: ";
    const auto fails = [&](const std::string& header) {
        return has_failed_dmarc(header, "mx.example.org");
    };
    CHECK(fails(name + "mx.example.org; spf=pass; dmarc=fail (p=none) header.from=x.test\n"));
    CHECK_FALSE(fails(name + "mx.example.org; spf=fail; dmarc=pass\n"));
    CHECK_FALSE(fails(name + "mx.example.com; dmarc=fail\n"));
    CHECK_FALSE(fails(name + "mx.example.org; dmarc=temperror\n"));
    // The topmost is the one of today.
    CHECK_FALSE(
        fails(name + "mx.example.org; dmarc=pass\n" + name + "mx.example.org; dmarc=fail\n"));
    CHECK_FALSE(fails(""));
}

TEST_CASE("forward/envelope: targets elsewhere, and the way back")
{
    CHECK(next("", "x.test=joe@forward.internal") == " > joe@x.test");
    const std::string there = next("ann@far.test", "x.test=joe@forward.internal");
    CHECK(there.starts_with("SRS0+"));
    CHECK(there.ends_with("=far.test=ann@example.org > joe@x.test"));
    const std::string address = there.substr(0, there.find(' '));
    CHECK(next("", address) == " > ann@far.test");
    CHECK(next("", cat("x", address)) == "5.1.1");
    CHECK(next("", "SRS0+aaaaaaaa=aa=far.test=ann@example.org") == "5.7.1");
    CHECK(next("", "SRS0+aaaaaaaa=aa@example.org") == "5.1.1");
    CHECK(next("", "joe@x.test") == "5.1.1");
    CHECK(next("", "joe@forward.internal") == "5.1.1");
    CHECK(next("nobody", "x.test=joe@forward.internal") == "5.1.7");
}

TEST_CASE("forward/forward: settings from texts")
{
    Settings settings;
    settings.set_server("127.0.0.1:10026");
    CHECK(settings.server == "127.0.0.1");
    CHECK(settings.port == 10026);
    settings.set_server("[::1]:25");
    CHECK(settings.server == "::1");
    for (const char* bad : {"", "127.0.0.1", "localhost:25", "127.0.0.1:", "127.0.0.1:0", ":25",
                            "127.0.0.1:65536", "127.0.0.1:25x"})
        CHECK_THROWS_AS(settings.set_server(bad), UsageError);
    settings.set_dmarc_action("spam@example.org");
    CHECK(settings.on_dmarc_failure == OnDmarcFailure::file);
    CHECK(settings.file_address == "spam@example.org");
    settings.set_dmarc_action("forward");
    CHECK(settings.on_dmarc_failure == OnDmarcFailure::forward);
    settings.set_dmarc_action("refuse");
    CHECK(settings.on_dmarc_failure == OnDmarcFailure::refuse);
    CHECK_THROWS_AS(settings.set_dmarc_action("reject"), UsageError);
    CHECK_THROWS_AS(settings.set_dmarc_action(""), UsageError);
}

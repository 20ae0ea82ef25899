// mta/milter: Postfix may say anything; it ends in answers that are packets, or in an Error.
#include "fuzz.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "mta/milter.hpp"
#include "mta/milter_packets.hpp"

#include <sys/socket.h>
#include <unistd.h>

namespace
{

/// Knows in which order it may be called, and refuses some messages by what is in them.
class Filter : public mn::mta::MilterFilter
{
public:
    void header(const mn::mta::MilterEnvelope& envelope, std::string header) override
    {
        promise(!is_open_);
        is_open_ = true;
        promise(header.empty() || header.ends_with('\n'));
        promise(header.size() + envelope.recipients.size() < limit);
        text_ = header;
    }
    void body(std::string_view chunk) override
    {
        promise(is_open_);
        text_.append(chunk);
        if (text_.find("throw") != std::string::npos)
            throw mn::Error("4.3.0", text_.substr(0, 20), "detail");
    }
    mn::mta::MilterReply end() override
    {
        promise(is_open_);
        is_open_ = false;
        mn::mta::MilterReply reply;
        reply.text = text_;
        if (text_.find("reject") != std::string::npos)
            reply.action = mn::mta::MilterReply::Action::reject;
        reply.insertions = {"A: b\n"};
        return reply;
    }
    void forget() override
    {
        promise(is_open_);
        is_open_ = false;
    }

    static constexpr std::size_t limit = 2000;

private:
    bool is_open_ = false;
    std::string text_;
};

void check_answers(std::string_view answers)
{
    while (!answers.empty()) {
        promise(answers.size() >= 5);
        const std::size_t length = mn::mta::read_number(answers);
        promise(length > 0 && answers.size() >= 4 + length);
        const std::string_view data = answers.substr(5, length - 1);
        promise(data.find_first_of("\r\n") == std::string_view::npos || answers[4] == 'O');
        answers.remove_prefix(4 + length);
    }
}

} // namespace

void fuzz(std::string_view input)
{
    int ends[2];
    promise(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    const mn::Fd postfix(ends[0]), ours(ends[1]);
    // The negotiation is there, so that what follows it gets all the time.
    using mn::mta::number_bytes;
    const std::string said =
        mn::cat(number_bytes(13), "O", number_bytes(6), number_bytes(0x1ff), number_bytes(0x1fffff),
                input.substr(0, std::min<std::size_t>(input.size(), 60000)));
    promise(::send(ends[0], said.data(), said.size(), MSG_DONTWAIT) ==
            static_cast<ssize_t>(said.size()));
    ::shutdown(ends[0], SHUT_WR);
    ::alarm(0); // libFuzzer's own clock uses the same signal
    Filter filter;
    mn::mta::MilterLimits limits;
    limits.idle = limits.work = std::chrono::seconds(0);
    limits.header_bytes = Filter::limit;
    try {
        mn::mta::run_milter(filter, ends[1], ends[1], limits);
    } catch (const mn::Error& error) {
        promise(error.status() == "4.3.0");
    }
    ::shutdown(ends[1], SHUT_WR);
    check_answers(mn::read_all(ends[0], 1 << 24, "answers"));
}

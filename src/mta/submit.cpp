#include "mta/submit.hpp"

#include "base/error.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

namespace mn
{
namespace
{

/// sendmail(1) says more than one line only when it is in trouble; the log needs no more than this.
constexpr std::size_t output_limit = 1000;

std::vector<std::string> arguments_of(const Submission& submission)
{
    std::vector<std::string> arguments = submission.sendmail;
    if (submission.verp) arguments.emplace_back("-XV-=");
    if (submission.verp || submission.is_complete) arguments.emplace_back("-G");
    // -i: a lone dot does not end the message. --: a recipient that begins with "-" is no option.
    for (const char* option : {"-i", "-f"})
        arguments.emplace_back(option);
    arguments.push_back(submission.sender);
    arguments.emplace_back("--");
    arguments.insert(arguments.end(), submission.recipients.begin(), submission.recipients.end());
    return arguments;
}

std::string how_it_ended(const Outcome& outcome)
{
    if (outcome.timed_out) return "took too long";
    if (outcome.signal != 0) return cat("was ended by signal ", std::to_string(outcome.signal));
    return cat("ended with exit status ", std::to_string(outcome.exit_status));
}

} // namespace

void submit(std::string_view message, const Submission& submission)
{
    if (submission.recipients.empty())
        throw Error("4.3.0", "mail system error", "a message to submit has no recipient");
    const Fd input = input_of(message);
    const Outcome outcome = run_program({.arguments = arguments_of(submission),
                                         .input = input.get(),
                                         .time_limit = submission.time_limit,
                                         .output_limit = output_limit});
    if (outcome.succeeded()) return;
    throw Error("4.3.0", "mail system error",
                cat(submission.sendmail.front(), " ", how_it_ended(outcome), ": ",
                    trim(cat(outcome.errors, outcome.output))));
}

} // namespace mn

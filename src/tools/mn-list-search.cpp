// mn-list-search: search the archive of a mailing list, for a web server (CGI).
//
// Contract: man/mn-list-search.1    Behaviour: archive/search_web.hpp, archive/query.hpp
// Tests: tests/tools/mn-list-search.bats
//
// What comes from the web is read by a process that can do nothing but look into the archive.

#include "archive/search_web.hpp"
#include "base/apart.hpp"
#include "base/cgi.hpp"
#include "base/confine.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "cli/tool.hpp"

#include <array>
#include <csignal>
#include <unistd.h>

namespace
{

using namespace mn;

struct Options {
    std::string out;
    std::uint64_t time_limit = 20;
};

/// Of the time that there is, so that what was found in it can still be told.
std::chrono::milliseconds patience(const Options& options)
{
    return std::chrono::milliseconds(options.time_limit * 500);
}

std::string answer(const Options& options, const cgi::Request& request)
{
    const Fd out = open_directory(options.out);
    confine_to(std::array{out.get()});
    forbid_system_calls(Network::none);
    return cgi::text_of(archive::answer_search(options.out, request, patience(options)),
                        request.method == "HEAD");
}

std::string late_answer; // made in advance: a signal handler cannot

void on_alarm(int)
{
    (void)!::write(STDOUT_FILENO, late_answer.data(), late_answer.size());
    ::_exit(exit_status::ok);
}

void limit_time(const Options& options)
{
    late_answer = cgi::text_of(archive::search_refusal(503), false);
    struct sigaction action = {};
    action.sa_handler = on_alarm;
    ::sigaction(SIGALRM, &action, nullptr);
    ::alarm(static_cast<unsigned>(options.time_limit));
}

std::string handle(const Options& options)
{
    if (options.out.empty()) throw UsageError("--out is missing: where are the pages?");
    const cgi::Request request = cgi::request();
    if (request.method.empty()) throw UsageError("no REQUEST_METHOD: this is for a web server");
    return run_apart([&] { return answer(options, request); });
}

int run(const Options& options)
{
    limit_time(options);
    std::string text;
    try {
        text = handle(options);
    } catch (const Error& error) {
        log::warning(cat(error.status(), " ", error.what(), ": ", error.detail()));
        text = late_answer;
    }
    ::alarm(0);
    cli::print(text);
    cli::flush_if_possible();
    return exit_status::ok;
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    cli::Tool tool("mn-list-search", "search the archive of a mailing list (CGI)",
                   cli::Audience::admin);
    tool.option("--out", options.out, "DIR", "the directory that mn-list-archive writes to");
    tool.number("--time-limit", options.time_limit, "SECONDS", "answer 503 after this time", 1,
                3600);
    tool.epilogue("Manual: man mn-list-search");
    return tool.run(argc, argv, [&] { return run(options); });
}

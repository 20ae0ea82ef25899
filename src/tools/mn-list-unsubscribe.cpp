// mn-list-unsubscribe: the page behind the links of control/oneclick, for a web server (CGI).
//
// Contract: man/mn-list-unsubscribe.1    Behaviour: list/oneclick_web.hpp, list/oneclick.hpp
// Tests: tests/tools/mn-list-unsubscribe.bats
//
// What comes from the web is read by a process that can do nothing but change lists. It cannot
// start sendmail(1), for that needs the rights of its own group to reach the queue, which who is
// confined gives up for his children as well: so it returns the mails it wants sent, and we send
// them.

#include "base/apart.hpp"
#include "base/cgi.hpp"
#include "base/clock.hpp"
#include "base/confine.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/owner.hpp"
#include "base/text.hpp"
#include "cli/tool.hpp"
#include "list/oneclick_page.hpp"
#include "list/oneclick_web.hpp"
#include "mta/submit.hpp"

#include <csignal>
#include <unistd.h>

namespace
{

using namespace mn;

constexpr std::chrono::seconds sendmail_time_limit{15};

struct Options {
    std::string lists;
    std::vector<std::string> texts;
    std::string sendmail = "/usr/sbin/sendmail";
    std::uint64_t time_limit = 30;
};

// ---- what one process tells the other -----------------------------------------------------------

/// Texts of any bytes, each with its length before it.
void add_text(std::string& to, std::string_view text)
{
    to.append(cat(std::to_string(text.size()), ":", text));
}

std::string take_text(std::string_view& from)
{
    const std::size_t colon = std::min(from.find(':'), from.size());
    const auto size = parse_number(from.substr(0, colon));
    if (!size || colon == from.size() || *size > from.size() - colon - 1)
        throw Error("4.3.0", "mail system error", "a process of ours has answered nonsense");
    std::string text(from.substr(colon + 1, *size));
    from.remove_prefix(colon + 1 + *size);
    return text;
}

std::string packed(const list::Outgoing& mail)
{
    std::string text;
    add_text(text, mail.sender);
    add_text(text, mail.message);
    add_text(text, std::to_string(mail.recipients.size()));
    for (const std::string& recipient : mail.recipients)
        add_text(text, recipient);
    return text;
}

list::Outgoing take_mail(std::string_view& from)
{
    list::Outgoing mail;
    mail.sender = take_text(from);
    mail.message = take_text(from);
    for (auto count = parse_number(take_text(from)).value_or(0); count > 0; --count)
        mail.recipients.push_back(take_text(from));
    return mail;
}

// ---- the process that is confined ---------------------------------------------------------------

void confine(const Options& options)
{
    std::vector<Fd> open;
    open.push_back(open_directory(options.lists));
    for (const std::string& directory : options.texts)
        if (::access(directory.c_str(), R_OK | X_OK) == 0)
            open.push_back(open_directory(directory));
    std::vector<int> directories;
    directories.reserve(open.size());
    for (const Fd& directory : open)
        directories.push_back(directory.get());
    confine_to(directories);
    forbid_system_calls(Network::none);
}

/// The answer, then the mails.
std::string answer(const Options& options, const cgi::Request& request)
{
    confine(options);
    std::string mails;
    const list::Send send = [&](const list::Outgoing& mail) { mails.append(packed(mail)); };
    const cgi::Response response =
        list::answer_click({options.lists, options.texts, send, now().seconds}, request);
    std::string result;
    add_text(result, cgi::text_of(response, request.method == "HEAD"));
    return result + mails;
}

// ---- the other one ------------------------------------------------------------------------------

/// Nobody is told anything wrong if one does not leave: what the mails say has been done.
void send_mails(const Options& options, std::string_view mails)
{
    while (!mails.empty()) {
        const list::Outgoing mail = take_mail(mails);
        Submission submission;
        submission.sender = mail.sender;
        submission.recipients = mail.recipients;
        submission.sendmail.clear();
        for (const std::string_view word : split_words(options.sendmail))
            submission.sendmail.emplace_back(word);
        submission.time_limit = sendmail_time_limit;
        try {
            submit(mail.message, submission);
        } catch (const Error& error) {
            log::warning(cat("a notice was not sent: ", error.detail()));
        }
    }
}

std::string busy_answer() // NOLINT(cert-err58-cpp)
{
    return cgi::text_of(list::refusal_page(503), false);
}

std::string late_answer; // made in advance: a signal handler cannot
bool is_answered = false;

void on_alarm(int)
{
    if (!is_answered) (void)!::write(STDOUT_FILENO, late_answer.data(), late_answer.size());
    ::_exit(exit_status::ok);
}

void limit_time(const Options& options)
{
    late_answer = busy_answer();
    struct sigaction action = {};
    action.sa_handler = on_alarm;
    ::sigaction(SIGALRM, &action, nullptr);
    ::alarm(static_cast<unsigned>(options.time_limit));
}

std::string handle(const Options& options)
{
    if (options.lists.empty()) throw UsageError("--lists is missing: where are the lists?");
    if (split_words(options.sendmail).empty()) throw UsageError("--sendmail names no program");
    if (runs_as_root()) become_owner_of(options.lists);
    const cgi::Request request = cgi::request();
    if (request.method.empty()) throw UsageError("no REQUEST_METHOD: this is for a web server");
    const std::string result = run_apart([&] { return answer(options, request); });
    std::string_view rest = result;
    std::string text = take_text(rest);
    // Before the answer: servers may end us once they have it.
    send_mails(options, rest);
    return text;
}

int run(const Options& options)
{
    limit_time(options);
    std::string text;
    try {
        text = handle(options);
    } catch (const Error& error) {
        log::warning(cat(error.status(), " ", error.what(), ": ", error.detail()));
        text = busy_answer();
    }
    is_answered = true;
    cli::print(text);
    cli::flush_if_possible();
    return exit_status::ok;
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    cli::Tool tool("mn-list-unsubscribe", "the page that unsubscribes by one click (CGI)",
                   cli::Audience::admin);
    tool.option("--lists", options.lists, "DIR", "the directory whose directories are the lists");
    tool.list("--texts", options.texts, "DIR", "list texts after the list's own; may be repeated");
    tool.option("--sendmail", options.sendmail, "COMMAND", "how mail is handed to Postfix");
    tool.number("--time-limit", options.time_limit, "SECONDS", "answer 503 after this time", 1,
                3600);
    tool.epilogue("Manual: man mn-list-unsubscribe");
    return tool.run(argc, argv, [&] {
        if (options.texts.empty()) options.texts = {"/usr/local/share/mailnode/listtext"};
        return run(options);
    });
}

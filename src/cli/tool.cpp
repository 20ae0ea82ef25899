#include "cli/tool.hpp"

#include "base/cleanup.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::cli
{

/// What went wrong, ready to be told: the error, or what stands for one.
struct Failure {
    std::string status;
    std::string reason;
    std::string detail;
    int mail_path_exit;
    int admin_exit;
};

namespace
{

constexpr std::string_view time_limit_text = "4.3.0 mail system took too long\n";

std::string output_buffer;

void on_deadly_signal(int signal_number)
{
    cleanup::run();
    // The handler was reset on entry: this ends us, and Postfix defers after death by a signal.
    ::raise(signal_number);
}

void on_alarm(int)
{
    cleanup::run();
    // Nothing can be done about a failed write here; the exit status says it as well.
    (void)!::write(STDERR_FILENO, time_limit_text.data(), time_limit_text.size());
    ::_exit(exit_status::try_again);
}

void handle(int signal_number, void (*handler)(int), int flags)
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    ::sigaction(signal_number, &action, nullptr);
}

/// A file opened later must never become standard error.
void open_standard_descriptors()
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
        if (::fcntl(fd, F_GETFD) >= 0) continue;
        // Unreadable on purpose: a closed standard input is not an empty message.
        if (::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDWR) < 0) return;
    }
}

void set_up_process()
{
    ::umask(077);
    handle(SIGPIPE, SIG_IGN, 0);
    handle(SIGXFSZ, SIG_IGN, 0);
    for (const int signal_number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM})
        handle(signal_number, on_deadly_signal, static_cast<int>(SA_RESETHAND) | SA_NODEFER);
    handle(SIGALRM, on_alarm, 0);
}

/// The arguments, last first, as CLI11 wants them. "--sender=" with nothing behind it, which
/// Postfix gives for a bounce, becomes two words, for CLI11 would take the next option as value.
std::vector<std::string> words_for_parser(int argc, char** argv)
{
    std::vector<std::string> words;
    bool options_ended = false;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        options_ended = options_ended || word == "--";
        if (!options_ended && word.starts_with("--") && word.find('=') + 1 == word.size()) {
            words.emplace_back(word.substr(0, word.size() - 1));
            words.emplace_back();
        } else {
            words.emplace_back(word);
        }
    }
    std::reverse(words.begin(), words.end());
    return words;
}

Failure usage_failure(const std::string& what)
{
    const UsageError error(what);
    return {error.status(), error.what(), what, error.exit_status(), exit_status::usage};
}

Failure failure_of(const std::exception& exception)
{
    if (const auto* usage = dynamic_cast<const UsageError*>(&exception))
        return usage_failure(usage->detail());
    if (const auto* error = dynamic_cast<const Error*>(&exception))
        return {error->status(), error->what(), error->detail(), error->exit_status(),
                exit_status::failed};
    return {"4.3.0", "mail system error", exception.what(), exit_status::try_again,
            exit_status::failed};
}

} // namespace

struct Tool::Parser {
    CLI::App app;
    bool version_wanted = false;
    bool completion_wanted = false;
};

Tool::Tool(std::string name, std::string summary, Audience audience)
    : name_(std::move(name)), audience_(audience), parser_(std::make_unique<Parser>())
{
    open_standard_descriptors();
    CLI::App& app = parser_->app;
    app.name(name_);
    app.description(cat(name_, ": ", summary));
    app.set_help_flag("-h,--help", "print this help and exit");
    flag("--version", parser_->version_wanted, "print the version and exit");
    app.add_flag_callback("--completion", [this] { parser_->completion_wanted = true; })
        ->group(""); // not in --help
    if (audience_ == Audience::mail_path) {
        number("--time-limit", time_limit_, "SECONDS",
               "give up (exit 75) after this time; well below Postfix's own limit", 1, 86400);
    }
}

Tool::~Tool() = default;

void Tool::flag(const std::string& names, bool& value, const std::string& help)
{
    parser_->app.add_flag_callback(
        names, [&value] { value = true; }, help);
}

void Tool::option(const std::string& names, std::string& value, const std::string& placeholder,
                  const std::string& help)
{
    const auto assign = [&value](const std::string& text) { value = text; };
    auto* added = parser_->app.add_option_function<std::string>(names, assign, help);
    added->type_name(placeholder);
    if (!value.empty()) added->default_str(value);
}

void Tool::number(const std::string& names, std::uint64_t& value, const std::string& placeholder,
                  const std::string& help, std::uint64_t minimum, std::uint64_t maximum)
{
    const auto assign = [&value, names, minimum, maximum](const std::string& text) {
        const auto parsed = parse_number(text);
        if (!parsed || *parsed < minimum || *parsed > maximum)
            throw CLI::ValidationError(names,
                                       cat("wants a number from ", std::to_string(minimum), " to ",
                                           std::to_string(maximum), ", not ", printable(text)));
        value = *parsed;
    };
    parser_->app.add_option_function<std::string>(names, assign, help)
        ->type_name(placeholder)
        ->default_str(std::to_string(value));
}

void Tool::list(const std::string& names, std::vector<std::string>& values,
                const std::string& placeholder, const std::string& help)
{
    const auto append = [&values](const std::vector<std::string>& given) { values = given; };
    parser_->app.add_option_function<std::vector<std::string>>(names, append, help)
        ->type_name(placeholder)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false); // one value each: what follows is the next option or argument
}

void Tool::arguments(const std::string& placeholder, std::vector<std::string>& values,
                     const std::string& help)
{
    parser_->app.add_option(placeholder, values, help)->type_name("");
}

void Tool::words(const std::string& after, const std::string& offered)
{
    words_[after] = offered;
}

void Tool::epilogue(const std::string& text)
{
    parser_->app.footer(text);
}

std::string Tool::completion_table() const
{
    std::string table;
    auto words_left = words_;
    const auto add = [&](const std::string& names, const std::string& placeholder,
                         const std::string& key, const std::string& help) {
        table.append(cat(names, "\t", placeholder, "\t", words_left[key], "\t", help, "\n"));
        words_left.erase(key);
    };
    for (const CLI::Option* option : parser_->app.get_options()) {
        const std::string names = option->get_name(false, true);
        const bool is_flag = option->get_type_size() == 0;
        if (option->get_positional())
            add("*", option->get_name(true), "", option->get_description());
        else if (!option->get_group().empty())
            add(names, is_flag ? "" : option->get_type_name(), names.substr(names.rfind(',') + 1),
                option->get_description());
    }
    while (!words_left.empty()) {
        const std::string argument = words_left.begin()->first;
        add(argument, "", argument, "");
    }
    return table;
}

int Tool::run(int argc, char** argv, const std::function<int()>& body)
{
    set_up_process();
    log::identify(name_, "");
    try {
        return run_guarded(argc, argv, body);
    } catch (const std::exception& exception) {
        return report(failure_of(exception));
    } catch (...) {
        return report({"4.3.0", "mail system error", "unknown exception", exit_status::try_again,
                       exit_status::failed});
    }
}

int Tool::run_guarded(int argc, char** argv, const std::function<int()>& body)
{
    try {
        parser_->app.parse(words_for_parser(argc, argv));
    } catch (const CLI::Success& asked_for_help) {
        return parser_->app.exit(asked_for_help);
    } catch (const CLI::ParseError& error) {
        return report(usage_failure(error.what()));
    }
    if (parser_->version_wanted) {
        print(cat(name_, " (Mailnode) ", MAILNODE_VERSION, "\n"));
        flush();
        return exit_status::ok;
    }
    if (parser_->completion_wanted) {
        print(completion_table());
        flush();
        return exit_status::ok;
    }
    if (audience_ == Audience::mail_path) ::alarm(static_cast<unsigned>(time_limit_));
    const int status = body();
    // In the mail path the effect is durable by now; an answer that an admin never got is a
    // failure.
    if (audience_ == Audience::mail_path)
        flush_if_possible();
    else
        flush();
    return status;
}

int Tool::report(const Failure& failure) const
{
    const bool person_looks_on = ::isatty(STDERR_FILENO) == 1;
    std::string line;
    if (audience_ == Audience::admin) {
        line = cat(name_, ": ", failure.detail.empty() ? failure.reason : failure.detail);
        if (failure.admin_exit == exit_status::usage) line.append(cat(" (see ", name_, " --help)"));
    } else {
        line = cat(failure.status, " ", failure.reason);
        if (person_looks_on && !failure.detail.empty()) line.append(cat(" (", failure.detail, ")"));
        if (!failure.detail.empty()) log::warning(cat(line, ": ", failure.detail));
    }
    line.append("\n");
    try {
        write_all(STDERR_FILENO, line, "standard error");
    } catch (const Error&) {
        // Nobody listens; the exit status still tells.
    }
    return audience_ == Audience::admin ? failure.admin_exit : failure.mail_path_exit;
}

void print(std::string_view text)
{
    output_buffer.append(text);
}

void flush()
{
    const std::string pending = std::exchange(output_buffer, {});
    write_all(STDOUT_FILENO, pending, "standard output");
}

void flush_if_possible() noexcept
{
    try {
        flush();
    } catch (const std::exception&) {
        output_buffer.clear();
    }
}

} // namespace mn::cli

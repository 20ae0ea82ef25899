#include "cli/prompt.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <functional>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace mn::cli
{
namespace
{

// What a person can send from the keyboard, and what ends a process from outside.
constexpr std::array watched_signals{SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGALRM, SIGTSTP};

volatile std::sig_atomic_t caught_signal = 0;

void note_signal(int number)
{
    caught_signal = number;
}

/// While it lives, the watched signals are only noted, and only while the process waits.
class SignalWatch
{
public:
    SignalWatch()
    {
        caught_signal = 0;
        sigset_t watched;
        ::sigemptyset(&watched);
        for (const int number : watched_signals)
            ::sigaddset(&watched, number);
        ::sigprocmask(SIG_BLOCK, &watched, &old_mask_);
        struct sigaction action {
        };
        action.sa_handler = note_signal;
        for (std::size_t i = 0; i < watched_signals.size(); ++i)
            ::sigaction(watched_signals[i], &action, &old_actions_[i]);
    }
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;
    ~SignalWatch()
    {
        for (std::size_t i = 0; i < watched_signals.size(); ++i)
            ::sigaction(watched_signals[i], &old_actions_[i], nullptr);
        ::sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
    }

    /// Until there is input, or a signal came: then false.
    bool wait_for_input(int fd) const
    {
        pollfd waiting{fd, POLLIN, 0};
        while (::ppoll(&waiting, 1, nullptr, &old_mask_) < 0) {
            if (errno != EINTR) throw system_error(errno, "wait for", "the terminal");
            if (caught_signal != 0) return false;
        }
        return true;
    }

private:
    sigset_t old_mask_{};
    std::array<struct sigaction, watched_signals.size()> old_actions_{};
};

/// Echo off while it lives. What was typed ahead is thrown away, both ways.
class SilentTerminal
{
public:
    explicit SilentTerminal(int fd) : fd_(fd)
    {
        if (::tcgetattr(fd_, &old_) != 0) throw system_error(errno, "use", "the terminal");
        termios silent = old_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
        silent.c_lflag |= ICANON | ISIG;
        set(silent);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;
    ~SilentTerminal() { set(old_); }

private:
    void set(const termios& attributes) const
    {
        while (::tcsetattr(fd_, TCSAFLUSH, &attributes) != 0 && errno == EINTR) {
        }
    }

    int fd_;
    termios old_{};
};

/// Adds what next gives, up to the end of the line. False when there was not even an empty line.
bool read_line(const std::function<bool(char&)>& next, Secret& secret)
{
    secret.clear();
    bool began = false;
    for (char byte = 0; next(byte); began = true) {
        if (byte == '\n') {
            if (secret.text().ends_with('\r')) secret.drop_last();
            return true;
        }
        if (byte == '\0')
            throw Error("4.3.0", "mail system error", "the password has a NUL byte in it");
        if (!secret.append({&byte, 1}))
            throw Error("4.3.0", "mail system error", "the password is far too long");
    }
    return began;
}

[[noreturn]] void throw_nothing_given()
{
    throw Error("4.3.0", "mail system error", "no password was given");
}

/// A byte that was typed. False at the end of input, or when a signal came instead.
bool read_key(const SignalWatch& watch, int keyboard, char& byte)
{
    while (watch.wait_for_input(keyboard)) {
        const ssize_t count = ::read(keyboard, &byte, 1);
        if (count >= 0) return count == 1;
        // A key that raises a signal throws away what was typed, also what the wait has seen.
        if (errno != EAGAIN && errno != EINTR) throw system_error(errno, "read", "the terminal");
    }
    return false;
}

/// The signal that interrupted the question, or 0 when it was answered.
int ask_once(int terminal, int keyboard, std::string_view question, Secret& secret)
{
    const SignalWatch watch;
    const SilentTerminal silent(terminal);
    write_all(terminal, question, "the terminal");
    const auto next = [&](char& byte) { return read_key(watch, keyboard, byte); };
    const bool answered = read_line(next, secret);
    // Echo is off: the person's own end of line was not shown.
    write_all(terminal, "\n", "the terminal");
    if (caught_signal == 0 && !answered) throw_nothing_given();
    return static_cast<int>(caught_signal);
}

} // namespace

void ask_password(std::string_view question, Secret& secret)
{
    const Fd terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
    // Of its own, for only reading must not block: signals wait until it does not.
    const Fd keyboard(::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
    if (!terminal || !keyboard)
        throw Error("4.3.0", "mail system error",
                    "there is no terminal to ask for a password; give it on standard input");
    // The terminal is itself again before the signal does what it does.
    while (const int signal_number = ask_once(terminal.get(), keyboard.get(), question, secret))
        ::raise(signal_number);
}

void read_secret_line(int fd, Secret& secret)
{
    // A byte at a time: what follows the line belongs to the next reader.
    const auto next = [fd](char& byte) { return read_some(fd, {&byte, 1}, "the password") == 1; };
    if (!read_line(next, secret)) throw_nothing_given();
}

} // namespace mn::cli

// Run another program: no shell, a time limit, and its answer as a value.
//
//   const mn::Fd input = mn::input_of(message);
//   const mn::Outcome outcome = mn::run_program({.arguments = {"/usr/sbin/sendmail", "-i"},
//                                                .input = input.get()});
//   if (!outcome.succeeded()) ...
#pragma once

#include "base/fd.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mn
{

struct Program {
    /// Path of the program first; searched in PATH when it has no slash. Every argument reaches
    /// the program as it is: there is nothing to quote.
    std::vector<std::string> arguments;

    /// The program's standard input, read from where the descriptor stands; -1 is /dev/null.
    int input = -1;

    /// After this the program and its children are killed.
    std::chrono::milliseconds time_limit = std::chrono::seconds(60);

    /// Bytes kept of standard output, and as many of standard error. The rest is read and dropped,
    /// so that a talkative program is never stopped by a full pipe.
    std::size_t output_limit = 1 << 16;
};

/// How the program ended.
struct Outcome {
    int exit_status = 0;    ///< what it exited with; -1 when a signal ended it
    int signal = 0;         ///< which signal; 0 when it exited by itself
    bool timed_out = false; ///< it was we who killed it
    std::string output;
    std::string errors; ///< standard error

    bool succeeded() const { return exit_status == 0; }
};

/// Returns when the program has ended, even if a child of it lives on. Signals that we ignore or
/// block are back to normal for it, and it gets none of our other descriptors that are
/// close-on-exec. Throws Error 4.3.x when the program cannot be started.
Outcome run_program(const Program& program);

/// An anonymous file in memory that holds the text, to be a program's input: complete before the
/// program starts, unlike a pipe, which ends early when the writer dies. Throws Error.
Fd input_of(std::string_view text);

} // namespace mn

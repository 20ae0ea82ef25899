// A password from a person or from standard input, never from the command line.
//
//   Secret password;
//   cli::ask_password("Password: ", password);      // at the terminal, without echo
//   cli::read_secret_line(STDIN_FILENO, password);  // the first line of a pipe
#pragma once

#include "base/secret.hpp"

#include <string_view>

namespace mn::cli
{

/// Asks at the terminal that controls the process, wherever stdin and stdout go. Echo is off
/// meanwhile and back on afterwards, also when a signal ends or stops the process (after a stop
/// the question is asked again). secret is overwritten.
/// Throws Error when there is no terminal or the person types an end of file.
void ask_password(std::string_view question, Secret& secret);

/// One line, without its LF or CR LF, and not a byte beyond it. The last line needs no LF.
/// Throws Error at the end of the file, when the line is too long, or has a NUL in it.
/// secret is overwritten.
void read_secret_line(int fd, Secret& secret);

} // namespace mn::cli

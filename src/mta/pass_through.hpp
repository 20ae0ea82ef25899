// A message that is read, looked at, and passed on with another header: the filter and the chain.
//
//   PassThrough message(STDIN_FILENO);
//   look_at(message.header());
//   message.read_body([&](std::string_view chunk) { … });
//   message.write(new_header, STDOUT_FILENO);        // all of it, now that all is well
//   message.exec(new_header, {"mn-deliver", …});     // or: becomes the input of this program
//
// The body waits in a file in memory (memfd) that belongs to no process' size, so nothing is passed
// on before everything is known, and the program that follows never reads a truncated message. An
// input that is a file already waits where it is. Throws Error: 4.3.0 for empty input and for a
// file that has changed meanwhile, 5.3.4 for a header of more than header_limit bytes.
#pragma once

#include "base/fd.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace mn::mta
{

class PassThrough
{
public:
    static constexpr std::size_t header_limit = std::size_t{1} << 20;

    /// Reads the header. input: stays open, is read to its end by read_body().
    explicit PassThrough(int input);

    /// All header fields, as they came.
    std::string_view header() const { return header_; }

    /// The body to the end of the input. consume sees it without the empty line before it.
    void read_body(const std::function<void(std::string_view)>& consume);

    /// The same once more, as often as wanted, until write() or exec().
    void read_body_again(const std::function<void(std::string_view)>& consume) const;

    /// The empty line between them, as it came; empty when the header is all there is.
    std::string_view separator() const { return separator_; }

    /// A header instead of the one that came, then all the rest.
    void write(std::string_view header, int output);

    /// The same as the standard input of a program that takes the place of this one: no shell,
    /// found in PATH, signals as they are by default, no alarm. Returns only by an Error.
    [[noreturn]] void exec(std::string_view header, const std::vector<std::string>& arguments);

private:
    void keep(std::string_view bytes);
    int rest() const { return copy_ ? copy_.get() : input_; }
    void check_file() const;
    void copy_file();

    int input_;
    std::optional<struct stat> file_; ///< what the input is when it is a file, to be read again
    Fd copy_;                         ///< otherwise: the empty line and the body
    off_t rest_begin_ = 0;            ///< where these stand in rest()
    off_t rest_size_ = 0;
    std::string header_;
    std::string separator_;
    std::string begin_of_body_; ///< what was read along with the header
};

} // namespace mn::mta

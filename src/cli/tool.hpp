// What every mn-* program has in common: options, process hygiene, the only catch, the exit status.
//
//   int main(int argc, char** argv)
//   {
//       Options options;
//       mn::cli::Tool tool("mn-x", "do one thing", mn::cli::Audience::mail_path);
//       tool.option("--sender", options.sender, "ADDRESS", "envelope sender");
//       return tool.run(argc, argv, [&] { return do_it(options); });
//   }
//
// Only tool.cpp includes CLI11. Numbers are parsed here, strictly, not by CLI11.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mn::cli
{

struct Failure;

/// Who reads the exit status and the error text.
enum class Audience {
    /// Postfix. Every failure prints "4.x.x reason" or "5.x.x reason" and nothing else, the detail
    /// goes to the log (and to the terminal when a person looks on), exit status by sysexits(3).
    mail_path,
    /// A person or a script: "mn-x: what went wrong", exit status 0, 1, 2 or 64.
    admin,
};

class Tool
{
public:
    /// Construct it before anything opens a descriptor: it makes sure that 0 to 2 are taken, so
    /// that a closed standard input is an error and not the next file that somebody opens.
    Tool(std::string name, std::string summary, Audience audience);
    ~Tool();
    Tool(const Tool&) = delete;
    Tool& operator=(const Tool&) = delete;

    /// names: "-v,--verbose". The variable's value at the time of the call is the default.
    void flag(const std::string& names, bool& value, const std::string& help);
    void option(const std::string& names, std::string& value, const std::string& placeholder,
                const std::string& help);
    /// Decimal digits only, from minimum to maximum.
    void number(const std::string& names, std::uint64_t& value, const std::string& placeholder,
                const std::string& help, std::uint64_t minimum, std::uint64_t maximum);
    /// May be given several times.
    void list(const std::string& names, std::vector<std::string>& values,
              const std::string& placeholder, const std::string& help);
    /// Arguments that are not options, as many as there are.
    void arguments(const std::string& placeholder, std::vector<std::string>& values,
                   const std::string& help);
    /// Words with blanks between them that a shell may offer after this one: an option's values, an
    /// argument that follows another, or, after "", the first argument. What is given is not
    /// checked against them.
    void words(const std::string& after, const std::string& offered);
    /// Shown at the end of --help.
    void epilogue(const std::string& text);

    /// Parse, set the process up (see below), run body, and turn whatever happens into an exit
    /// status. body returns the exit status of its success: 0, or in an admin tool also 1.
    ///
    /// --completion, which --help does not show, prints the options for container/completion: lines
    /// "NAMES<tab>PLACEHOLDER<tab>WORDS<tab>HELP". NAMES is "*" for the arguments, and the word
    /// that WORDS may follow where that is no option; PLACEHOLDER is empty for a flag.
    ///
    /// Before body: umask 077, SIGPIPE and SIGXFSZ ignored (writes
    /// fail instead), signals that end the process remove the temporary file first, and in the
    /// mail path an alarm of --time-limit seconds ends it with 75.
    int run(int argc, char** argv, const std::function<int()>& body);

private:
    struct Parser;
    std::string completion_table() const;
    int run_guarded(int argc, char** argv, const std::function<int()>& body);
    int report(const Failure& failure) const;

    std::string name_;
    Audience audience_;
    std::uint64_t time_limit_ = 300;
    std::map<std::string, std::string> words_;
    std::unique_ptr<Parser> parser_;
};

/// Write to standard output, buffered. Nothing is sent before the tool ends well or calls flush.
void print(std::string_view text);

/// Write out what print() collected. Throws Error when standard output cannot take it.
void flush();

/// The same, once the effect is durable: output that cannot be written must not undo a delivery.
void flush_if_possible() noexcept;

} // namespace mn::cli

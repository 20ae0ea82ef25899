// The filter's side of Postfix's milter protocol, on two descriptors: a program that spawn(8)
// starts for each SMTP session, with the socket as standard input and output.
//
//   class Judge : public mta::MilterFilter { … };
//   Judge judge;
//   mta::run_milter(judge, STDIN_FILENO, STDOUT_FILENO, {});      // returns when Postfix hangs up
//
// Only what Postfix speaks: version 6, no replacement of bodies. One answer for the session, one
// for each message, nothing in between. Whatever is not the protocol ends the session with an
// Error, which Postfix answers with 451 (milter_default_action=tempfail). An Error that the filter
// throws is the answer to that message only: 4.x.x or 5.x.x with its reason, the detail is logged.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mn::mta
{

/// What is known of the client and the envelope; filled in as the session goes on.
struct MilterEnvelope {
    std::string client_name;    ///< as Postfix found it by reverse lookup, or "[192.0.2.1]"
    std::string client_address; ///< "192.0.2.1", "2001:db8::1"; empty when not an Internet client
    std::string helo;
    std::string login;  ///< SASL login name {auth_authen}; empty without
    std::string sender; ///< without <>; empty is the null sender
    std::vector<std::string> recipients;
    std::string queue_id; ///< {i}; empty until Postfix has one
    std::string host;     ///< {j}: Postfix's own name
};

/// What to do with the message that has just ended.
struct MilterReply {
    enum class Action { accept, reject, try_later, discard };
    Action action = Action::accept;
    /// reject, try_later: "5.7.1 reason" or "4.7.0 reason", one line; 550 or 451 is added.
    std::string text;

    /// Fields to remove: name, and which one of that name, counted from 1 as they came in.
    struct Removal {
        std::string name;
        unsigned index;
    };
    std::vector<Removal> removals;

    void remove(const std::string& name, const std::vector<unsigned>& which);

    /// Fields to put before the header, topmost first; complete text as make_field() gives it.
    std::vector<std::string> insertions;
};

class MilterFilter
{
public:
    virtual ~MilterFilter() = default;

    /// The header is complete: "Name: value\n" for each field, folds as they came (LF), in order.
    /// Postfix's own Received line is not among them.
    virtual void header(const MilterEnvelope& envelope, std::string header) = 0;

    /// A piece of the body, CRLF line ends.
    virtual void body(std::string_view chunk) = 0;

    virtual MilterReply end() = 0;

    /// The message whose header() was there is given up by the client or by Postfix; another may
    /// follow.
    virtual void forget() = 0;
};

struct MilterLimits {
    std::chrono::seconds idle{900}; ///< waiting for Postfix: longer than any client may be silent
    std::chrono::seconds work{60};  ///< busy with one command
    std::size_t header_bytes = 1 << 20; ///< and recipients; a message with more is refused, 5.3.4
};

/// Time limits end the process by SIGALRM: spawn(8) cannot stop a hung child before 3.10.
void run_milter(MilterFilter& filter, int input, int output, const MilterLimits& limits);

/// With --milter among the arguments, standard error goes to /dev/null: spawn(8) connects it to the
/// socket, and a word there would break the protocol. Call before the options are parsed, which
/// may fail.
void silence_milter(int argc, char** argv);

} // namespace mn::mta

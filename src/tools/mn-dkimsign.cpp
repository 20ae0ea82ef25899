// mn-dkimsign: sign what our users send.
//
// Contract: man/mn-dkimsign.1    Behaviour: auth/dkim_sign.hpp, auth/signing_policy.hpp
// Tests: tests/tools/mn-dkimsign.bats

#include "auth/authres.hpp"
#include "auth/dkim_sign.hpp"
#include "auth/signing_policy.hpp"
#include "base/clock.hpp"
#include "base/confine.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/upstream.hpp"
#include "cli/common_options.hpp"
#include "cli/tool.hpp"
#include "config/sender_logins.hpp"
#include "keys/key_ring.hpp"
#include "message/header.hpp"
#include "message/line_length.hpp"
#include "mta/milter.hpp"
#include "mta/pass_through.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <unistd.h>

namespace
{

using mn::cat;
using mn::Error;
using mn::UsageError;
using mn::auth::Origin;
using mn::auth::SigningDecision;
using mn::auth::SigningSettings;

struct Options {
    std::string keys;
    std::string domains;
    std::string senders;
    std::string login;
    std::string authserv_id;
    std::string queue_id;
    std::vector<std::string> command;
    bool with_parents = false;
    bool milter = false;
    bool from_pipe = false;
};

void check(const Options& options)
{
    if (options.keys.empty()) throw UsageError("--keys is missing");
    if (options.milter && !options.command.empty())
        throw UsageError("--milter and a command after -- are two different things");
    if (options.milter && !options.login.empty())
        throw UsageError("with --milter Postfix tells the login");
    if (options.milter && options.domains.empty())
        throw UsageError("--milter wants --domains: whatever else has keys is not signed for all");
}

/// What does not change from one message to the next.
struct Workshop {
    explicit Workshop(const Options& options);
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;

    mn::keys::KeyRing keys;
    std::optional<mn::config::SenderLogins> logins;
    SigningSettings settings;
};

Workshop::Workshop(const Options& options) : keys(options.keys)
{
    for (const std::string_view piece : mn::split(options.domains, ','))
        for (const std::string_view domain : mn::split_words(piece))
            settings.domains.push_back(mn::lower(domain));
    settings.with_parents = options.with_parents;
    settings.has_keys = [this](std::string_view domain) {
        return !keys.keys_of(std::string(domain)).empty();
    };
    if (options.senders.empty()) return;
    logins.emplace(options.senders);
    settings.may_send = [this](std::string_view login, std::string_view address) {
        return logins->may_send(login, address);
    };
}

/// One message on its way through.
class Job
{
public:
    /// header: as it will be sent; must outlive the object. Throws Error 5.7.1 and 5.6.0.
    Job(std::string_view header, const Origin& origin, Workshop& workshop);

    void body(std::string_view chunk);

    /// The signatures, to stand before the header; empty when the message stays as it is.
    std::string finish(std::string_view line_end);

private:
    void check_lines() const;

    SigningDecision decision_;
    mn::LineLength lines_;
    std::optional<mn::dkim::Signer> signer_;
    std::string selectors_;
};

Job::Job(std::string_view header, const Origin& origin, Workshop& workshop)
    : decision_(decide(mn::author_of(header), origin, workshop.settings))
{
    if (decision_.action == SigningDecision::Action::refuse)
        throw Error("5.7.1", decision_.reason,
                    cat("login ", origin.login.empty() ? "-" : origin.login));
    if (decision_.action == SigningDecision::Action::pass) return;
    lines_.add(header);
    check_lines();
    const std::int64_t now = mn::now().seconds;
    std::vector<mn::dkim::SigningKey> keys;
    for (const mn::dkim::SigningKey& key : workshop.keys.keys_of(decision_.domain)) {
        if (mn::auth::is_signed_by(header, decision_.domain, key.selector, now)) continue;
        keys.push_back(key);
        selectors_.append(cat(selectors_.empty() ? "" : ",", key.selector));
    }
    if (!keys.empty())
        signer_.emplace(header, std::move(keys), now);
    else
        decision_.reason = "it is signed already";
}

void Job::check_lines() const
{
    if (lines_.is_too_long())
        throw Error("5.6.0", "a line of the message is longer than 998 octets, which mail servers "
                             "break, and the signature with it");
}

void Job::body(std::string_view chunk)
{
    if (!signer_) return;
    lines_.add(chunk);
    check_lines();
    signer_->body(chunk);
}

std::string Job::finish(std::string_view line_end)
{
    if (signer_) {
        mn::log::info(cat("signed: d=", decision_.domain, " s=", selectors_));
        return signer_->finish(line_end);
    }
    const std::string line = cat("not signed: ", decision_.reason);
    decision_.is_odd ? mn::log::warning(line) : mn::log::info(line);
    return {};
}

/// From here on: no network, no program, no file but those in this directory, if any.
void confine(const mn::Fd& directory)
{
    const std::array<int, 1> directories{directory.get()};
    mn::confine_to(directory ? std::span<const int>(directories) : std::span<const int>());
    mn::forbid_system_calls(mn::Network::none);
}

/// The message on standard input: filter and chain.
int sign_input(const Options& options, const mn::Upstream& upstream)
{
    Workshop workshop(options);
    mn::mta::PassThrough message(STDIN_FILENO);
    std::string header(message.header());
    if (!options.authserv_id.empty()) header = mn::authres::remove(header, options.authserv_id);
    Job job(header, {.login = options.login, .is_by_hand = true}, workshop);
    if (options.command.empty()) confine({});
    message.read_body([&](std::string_view bytes) { job.body(bytes); });
    if (options.from_pipe) upstream.require_alive();
    header.insert(0, job.finish(mn::line_end_of(header)));
    if (!options.command.empty()) message.exec(header, options.command);
    message.write(header, STDOUT_FILENO);
    return 0;
}

/// Signs what Postfix hands over, one message after the other.
class Milter : public mn::mta::MilterFilter
{
public:
    Milter(const Options& options, Workshop& workshop) : options_(options), workshop_(workshop) {}

    void header(const mn::mta::MilterEnvelope& envelope, std::string header) override
    {
        forget();
        mn::log::identify("mn-dkimsign", envelope.queue_id);
        header_ = std::move(header);
        const bool has_received = mn::find_field(header_, "Received").has_value();
        job_.emplace(header_, Origin{.login = envelope.login, .has_received = has_received},
                     workshop_);
    }

    void body(std::string_view chunk) override
    {
        if (job_) job_->body(chunk);
    }

    mn::mta::MilterReply end() override
    {
        mn::mta::MilterReply reply;
        if (!job_) return reply;
        if (!options_.authserv_id.empty())
            reply.remove(std::string(mn::authres::field_name),
                         mn::authres::forged(header_, options_.authserv_id));
        const std::string fields = job_->finish("\n");
        for (const mn::HeaderField& field : mn::header_fields(fields))
            reply.insertions.emplace_back(field.text);
        return reply;
    }

    void forget() override { job_.reset(); }

private:
    const Options& options_;
    Workshop& workshop_;
    std::string header_;
    std::optional<Job> job_; ///< looks at header_
};

int sign(const Options& options, const mn::Upstream& upstream)
{
    mn::log::identify("mn-dkimsign", options.queue_id);
    check(options);
    if (!options.milter) return sign_input(options, upstream);
    Workshop workshop(options);
    Milter milter(options, workshop);
    confine(mn::open_directory(options.keys));
    mn::mta::run_milter(milter, STDIN_FILENO, STDOUT_FILENO, {});
    return 0;
}

void add_options(mn::cli::Tool& tool, Options& options)
{
    tool.option("--keys", options.keys, "DIR", "the keys are DIR/DOMAIN/SELECTOR.pem");
    tool.option("--domains", options.domains, "LIST",
                "our domains, by commas; without, all that have keys");
    tool.flag("--parent-domains", options.with_parents,
              "a domain below one of ours is signed with the keys of ours");
    tool.option("--senders", options.senders, "FILE",
                "who may use which From address: lines \"address login,login\"");
    tool.option("--login", options.login, "NAME", "SASL login of the sender, as Postfix knows it");
    tool.option("--authserv-id", options.authserv_id, "NAME",
                "remove Authentication-Results that claim this name");
    tool.option("--queue-id", options.queue_id, "ID", "for the log");
    tool.flag("--milter", options.milter, "speak Postfix's milter protocol, under spawn(8)");
    mn::cli::add_from_pipe(tool, options.from_pipe);
    tool.arguments("COMMAND", options.command, "after --: gets the message as its input");
}

} // namespace

int main(int argc, char** argv)
{
    mn::cli::Tool tool("mn-dkimsign", "sign what our users send", mn::cli::Audience::mail_path);
    const mn::Upstream upstream;
    Options options;
    add_options(tool, options);
    mn::mta::silence_milter(argc, argv);
    return tool.run(argc, argv, [&] { return sign(options, upstream); });
}

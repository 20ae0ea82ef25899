// mn-list-receive: one mail for a mailing list, from standard input: a post, a request, a bounce.
//
// Contract: man/mn-list-receive.1    Behaviour: list/receive.hpp, list/seal.hpp
// Tests: tests/tools/mn-list-receive.bats, tests/faults/list-kill-points.bats

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/upstream.hpp"
#include "cli/tool.hpp"
#include "config/dkim_keys.hpp"
#include "dns/network.hpp"
#include "list/receive.hpp"
#include "list/seal.hpp"
#include "list/standing.hpp"
#include "message/header.hpp"
#include "mta/submit.hpp"
#include "store/message_name.hpp"

#include <algorithm>
#include <deque>
#include <unistd.h>

namespace
{

using mn::cat;
using mn::Error;
using mn::UsageError;
using mn::list::Incoming;
using mn::list::Standing;

/// Postfix has a limit of its own, far below; this is for who feeds us by hand.
constexpr std::size_t max_message = std::size_t{1} << 30;

/// A batch of a thousand takes a tenth of a second, on a busy machine some.
constexpr std::chrono::minutes sendmail_time_limit{4};

struct Options {
    std::string list;
    std::string sender;
    std::string recipient;
    std::string queue_id;
    std::string authserv_id;
    std::string domains;
    std::string keys;
    std::string sendmail = "/usr/sbin/sendmail";
    std::vector<std::string> texts;
    std::vector<std::string> nameservers;
    std::uint64_t dns_timeout = 20;
    bool from_pipe = false;
    bool verbose = false;
};

std::vector<std::string> words_of(std::string_view text, char separator)
{
    std::vector<std::string> words;
    for (const std::string_view word : mn::split(text, separator))
        if (!mn::trim(word).empty()) words.emplace_back(mn::trim(word));
    return words;
}

void check(const Options& options)
{
    if (options.list.empty() || options.recipient.empty())
        throw UsageError("--list and --recipient are wanted");
    if (!options.queue_id.empty() && !mn::store::is_queue_id(options.queue_id))
        throw UsageError(cat("not a queue id: ", mn::printable(options.queue_id)));
    if (!options.domains.empty() && options.authserv_id.empty())
        throw UsageError("--domains wants --authserv-id: whose results tell who is genuine");
    if (words_of(options.sendmail, ' ').empty()) throw UsageError("--sendmail names no program");
    for (const std::string& domain : words_of(options.domains, ','))
        if (!mn::is_domain(domain))
            throw UsageError(cat("--domains: ", mn::printable(domain), " is not a domain"));
}

/// The whole message, and the proof that it is.
std::string read_message(const Options& options, const mn::Upstream& upstream)
{
    std::string message = mn::read_all(STDIN_FILENO, max_message, "standard input");
    if (message.empty()) throw Error("4.3.0", "mail system error", "standard input was empty");
    if (options.from_pipe && !upstream.alive())
        throw Error("4.3.0", "mail system stopped in mid-message",
                    "the process that fed us has ended: the message may be truncated");
    return message;
}

mn::list::Send sender_of(const Options& options)
{
    return [command = words_of(options.sendmail, ' ')](const mn::list::Outgoing& mail) {
        mn::Submission submission;
        submission.sender = mail.sender;
        submission.recipients = mail.recipients;
        submission.sendmail = command;
        submission.time_limit = sendmail_time_limit;
        submission.verp = mail.with_verp;
        mn::submit(mail.message, submission);
    };
}

/// The keys that posts of this list are signed with, loaded when the first is needed.
class Signing
{
public:
    Signing(const Options& options, const mn::list::List& list)
        : options_(options), list_domain_(list.address().domain)
    {
        for (const std::string& domain : words_of(options.domains, ','))
            hosted_.push_back(mn::lower(domain));
    }

    const std::vector<std::string>& hosted() const { return hosted_; }

    std::string finish(const Incoming& mail, const mn::list::Rewritten& post);

private:
    const std::vector<mn::config::LoadedKey>& keys_of(const std::string& domain);
    void add_keys(const std::string& domain, mn::list::SealSettings& settings);
    std::string author_domain(const Incoming& mail, const mn::list::Rewritten& post) const;

    const Options& options_;
    std::string list_domain_;
    std::vector<std::string> hosted_;
    std::deque<std::vector<mn::config::LoadedKey>> loaded_;
};

const std::vector<mn::config::LoadedKey>& Signing::keys_of(const std::string& domain)
{
    std::vector<mn::config::Problem> problems;
    loaded_.push_back(mn::config::load_active_keys(options_.keys, domain, &problems));
    for (const auto& problem : problems)
        mn::log::warning(mn::config::describe(problem));
    return loaded_.back();
}

void Signing::add_keys(const std::string& domain, mn::list::SealSettings& settings)
{
    for (const auto& key : keys_of(domain))
        settings.keys.push_back({&key.key, domain, key.selector});
}

/// One of ours who is known to be the author, and whose own signature may not hold any more: then
/// his domain signs, too.
std::string Signing::author_domain(const Incoming& mail, const mn::list::Rewritten& post) const
{
    const std::string domain = mail.author.substr(mail.author.rfind('@') + 1);
    const bool is_certain = mail.standing.vouched == Standing::Vouched::local ||
                            mail.standing.vouched == Standing::Vouched::yes;
    const bool is_ours = std::find(hosted_.begin(), hosted_.end(), domain) != hosted_.end();
    return is_certain && is_ours && !post.from_is_replaced && domain != list_domain_ ? domain : "";
}

std::string Signing::finish(const Incoming& mail, const mn::list::Rewritten& post)
{
    if (options_.keys.empty()) return post.message;
    mn::list::SealSettings settings;
    settings.now = mn::now().seconds;
    settings.authserv_id = options_.authserv_id;
    add_keys(list_domain_, settings);
    // To seal with: RSA, which every verifier of ARC knows, if there is one.
    for (const auto& key : settings.keys)
        if (settings.sealing_key.key == nullptr ||
            key.key->algorithm() == mn::crypto::Algorithm::rsa)
            settings.sealing_key = key;
    if (const std::string domain = author_domain(mail, post); !domain.empty())
        add_keys(domain, settings);
    mn::dns::NetworkResolver resolver(
        {.servers = options_.nameservers, .budget = std::chrono::seconds(options_.dns_timeout)});
    return mn::list::seal_post(mail.message, post.message, settings, resolver);
}

int run(const Options& options, const mn::Upstream& upstream)
{
    mn::log::identify("mn-list-receive", options.queue_id);
    check(options);
    const mn::list::List list(options.list);
    const std::string message = read_message(options, upstream);
    Incoming mail =
        mn::list::incoming(list, message, {options.sender, options.recipient, options.queue_id});
    if (!options.authserv_id.empty())
        mail.standing =
            mn::list::standing_of(mn::split_message(mail.message).header, options.authserv_id);

    const mn::list::Send send = sender_of(options);
    const mn::list::TextDirectories texts =
        options.texts.empty() ? mn::list::TextDirectories{"/usr/local/share/mailnode/listtext"}
                              : options.texts;
    Signing signing(options, list);
    mn::list::ReceiveSettings settings;
    settings.hosted_domains = signing.hosted();
    settings.finish = [&](const Incoming& post, const mn::list::Rewritten& rewritten) {
        return signing.finish(post, rewritten);
    };
    const std::string line =
        mn::list::receive({list, texts, send, mn::now().seconds}, mail, settings);
    mn::log::info(cat("list=", list.address().text(), ": ", line));
    if (options.verbose) mn::cli::print(cat(mn::printable(line), "\n"));
    return mn::exit_status::ok;
}

} // namespace

int main(int argc, char** argv)
{
    mn::cli::Tool tool("mn-list-receive", "a mail for a mailing list: post, request or bounce",
                       mn::cli::Audience::mail_path);
    const mn::Upstream upstream;
    Options options;
    tool.option("--list", options.list, "DIR", "the list's directory");
    tool.option("--sender", options.sender, "ADDRESS", "envelope sender; empty for a bounce");
    tool.option("--recipient", options.recipient, "ADDRESS",
                "envelope recipient: says what the mail is");
    tool.option("--queue-id", options.queue_id, "ID", "do once only what this id asks");
    tool.option("--authserv-id", options.authserv_id, "NAME",
                "Authentication-Results of this name tell who is genuine");
    tool.option("--domains", options.domains, "LIST",
                "our domains, separated by commas: their authors must be genuine");
    tool.option("--keys", options.keys, "DIR", "DKIM keys, to sign and seal posts with");
    tool.list("--texts", options.texts, "DIR", "list texts after the list's own; may be repeated");
    tool.option("--sendmail", options.sendmail, "COMMAND", "how mail is handed to Postfix");
    tool.list("--nameserver", options.nameservers, "ADDRESS[:PORT]",
              "ask this name server; may be repeated");
    tool.number("--dns-timeout", options.dns_timeout, "SECONDS", "for all questions together", 1,
                250);
    tool.flag("--from-pipe", options.from_pipe,
              "refuse if the process that feeds us dies (for pipe(8))");
    tool.flag("-v,--verbose", options.verbose, "print what became of the mail");
    return tool.run(argc, argv, [&] { return run(options, upstream); });
}

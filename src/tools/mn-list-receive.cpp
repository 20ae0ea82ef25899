// mn-list-receive: one mail for a mailing list, from standard input: a post, a request, a bounce.
//
// Contract: man/mn-list-receive.1    Behaviour: list/receive.hpp, list/seal.hpp
// Tests: tests/tools/mn-list-receive.bats, tests/faults/list-kill-points.bats

#include "auth/arc_relay.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/upstream.hpp"
#include "cli/common_options.hpp"
#include "dns/network.hpp"
#include "keys/key_ring.hpp"
#include "list/equipment.hpp"
#include "list/receive.hpp"
#include "list/seal.hpp"
#include "list/standing.hpp"
#include "message/header.hpp"
#include "store/message_name.hpp"

#include <algorithm>
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
    mn::cli::DnsOptions dns;
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
    for (const std::string& domain : words_of(options.domains, ','))
        if (!mn::is_domain(domain))
            throw UsageError(cat("--domains: ", mn::printable(domain), " is not a domain"));
}

/// The whole message, and the proof that it is.
std::string read_message(const Options& options, const mn::Upstream& upstream)
{
    std::string message = mn::read_all(STDIN_FILENO, max_message, "standard input");
    if (message.empty()) throw Error("4.3.0", "mail system error", "standard input was empty");
    if (options.from_pipe) upstream.require_alive();
    return message;
}

/// Posts of this list made ready to leave: signed and sealed.
class Signing
{
public:
    Signing(const Options& options, const mn::list::List& list, mn::keys::KeyRing& keys)
        : options_(options), list_domain_(list.address().domain), keys_(keys)
    {
        for (const std::string& domain : words_of(options.domains, ','))
            hosted_.push_back(mn::lower(domain));
    }

    const std::vector<std::string>& hosted() const { return hosted_; }

    std::string finish(const Incoming& mail, const mn::list::Rewritten& post);

private:
    std::string author_domain(const Incoming& mail, const mn::list::Rewritten& post) const;

    const Options& options_;
    std::string list_domain_;
    mn::keys::KeyRing& keys_;
    std::vector<std::string> hosted_;
};

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
    settings.keys = keys_.keys_of(list_domain_);
    settings.sealing_key = mn::arc::sealing_key_of(settings.keys);
    if (const std::string domain = author_domain(mail, post); !domain.empty())
        for (const auto& key : keys_.keys_of(domain))
            settings.keys.push_back(key);
    mn::dns::NetworkResolver resolver(
        {.servers = options_.dns.nameservers, .budget = options_.dns.budget()});
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

    mn::keys::KeyRing keys(options.keys);
    const mn::list::Equipment equipment(
        options.sendmail, options.texts,
        [&keys](const std::string& domain) { return keys.keys_of(domain); });
    Signing signing(options, list, keys);
    mn::list::ReceiveSettings settings;
    settings.hosted_domains = signing.hosted();
    settings.finish = [&](const Incoming& post, const mn::list::Rewritten& rewritten) {
        return signing.finish(post, rewritten);
    };
    const std::string line = mn::list::receive(equipment.context_of(list), mail, settings);
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
    mn::cli::add_dns_options(tool, options.dns, 250);
    mn::cli::add_from_pipe(tool, options.from_pipe);
    tool.flag("-v,--verbose", options.verbose, "print what became of the mail");
    return tool.run(argc, argv, [&] { return run(options, upstream); });
}

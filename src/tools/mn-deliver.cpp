// mn-deliver: store one message from standard input in a Maildir, or hand it to an LMTP server.
//
// Contract: man/mn-deliver.1    Behaviour: store/delivery.hpp, store/maildir.hpp, mta/lmtp.hpp
// Tests: tests/tools/mn-deliver.bats, tests/faults

#include "auth/authres.hpp"
#include "base/confine.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/upstream.hpp"
#include "cli/common_options.hpp"
#include "cli/tool.hpp"
#include "message/address.hpp"
#include "message/header_buffer.hpp"
#include "mta/lmtp.hpp"
#include "store/delivery.hpp"
#include "store/folder_name.hpp"
#include "store/maildir.hpp"

#include <array>
#include <functional>
#include <limits>
#include <unistd.h>

namespace
{

using mn::cat;
using mn::Error;
using mn::UsageError;
using mn::store::Maildir;

constexpr char detail_delimiter = '+';
constexpr std::string_view junk_folder = "Junk";

/// As far as we look for results of ours. A header that is longer has none on top.
constexpr std::size_t max_header = std::size_t{1} << 20;

struct Options {
    std::string maildir;
    std::string root;
    std::string lmtp;
    std::string sender;
    std::vector<std::string> recipients;
    std::string queue_id;
    std::string folder;
    std::string authserv_id;
    bool detail_folders = false;
    bool create = false;
    bool from_pipe = false;
    bool verbose = false;
    std::uint64_t max_size = std::numeric_limits<std::uint64_t>::max();
};

void check(const Options& options)
{
    const int destinations =
        !options.maildir.empty() + !options.root.empty() + !options.lmtp.empty();
    if (destinations != 1) throw UsageError("give one of --maildir, --root and --lmtp");
    if (options.maildir.empty() && options.recipients.empty())
        throw UsageError("--root and --lmtp want at least one --recipient");
    if (!options.lmtp.empty() && (!options.folder.empty() || options.detail_folders))
        throw UsageError("with --lmtp the server chooses the folder");
    if (!options.lmtp.empty() && !options.authserv_id.empty())
        throw UsageError("--authserv-id chooses a folder, and with --lmtp the server does");
    if (options.create && options.maildir.empty())
        throw UsageError("--create is for --maildir; below --root mailboxes are always made");
    if (!options.queue_id.empty() && !mn::store::is_queue_id(options.queue_id))
        throw UsageError(cat("not a queue id: ", mn::printable(options.queue_id)));
}

/// Standard input from first to last byte, and the proof that there was a last byte.
class Input
{
public:
    Input(const Options& options, const mn::Upstream& upstream)
        : options_(options), upstream_(upstream), head_(max_header)
    {
    }

    /// Reads no further than it has to. What it reads is not lost for read().
    std::string_view header();

    void read(const std::function<void(std::string_view)>& consume);

private:
    std::string_view next();

    const Options& options_;
    const mn::Upstream& upstream_;
    mn::HeaderBuffer head_;
    std::uint64_t size_ = 0;
    std::array<char, 65536> buffer_;
};

std::string_view Input::next()
{
    const std::size_t count = mn::read_some(STDIN_FILENO, buffer_, "standard input");
    size_ += count;
    if (size_ > options_.max_size)
        throw Error("5.3.4", "message too big",
                    cat("more than ", std::to_string(options_.max_size), " bytes"));
    return {buffer_.data(), count};
}

std::string_view Input::header()
{
    while (head_.wants_more()) {
        const std::string_view bytes = next();
        if (bytes.empty()) break;
        head_.add(bytes);
    }
    return head_.header();
}

void Input::read(const std::function<void(std::string_view)>& consume)
{
    if (!head_.bytes().empty()) consume(head_.bytes());
    for (std::string_view bytes = next(); !bytes.empty(); bytes = next())
        consume(bytes);
    if (size_ == 0) throw Error("4.3.0", "mail system error", "standard input was empty");
    if (options_.from_pipe) upstream_.require_alive();
}

Maildir mailbox_of(const Options& options, std::string* detail, const std::string& recipient)
{
    const auto address = mn::parse_address(recipient);
    const mn::Subaddress user =
        mn::split_detail(address ? address->local : std::string(), detail_delimiter);
    if (!options.maildir.empty()) {
        *detail = user.detail;
        const auto missing =
            options.create ? Maildir::Missing::make : Maildir::Missing::is_an_error;
        return Maildir::open(options.maildir, missing);
    }
    if (!address || !mn::is_account_name(user.user))
        throw Error("5.1.3", "bad destination mailbox address syntax", mn::printable(recipient));
    *detail = user.detail;
    return Maildir::open_account(options.root, address->domain, mn::lower(user.user));
}

/// The folder for this recipient: Junk, --folder, a folder named by the detail, or INBOX.
Maildir destination(const Options& options, const std::string& recipient, bool is_junk)
{
    std::string detail;
    Maildir inbox = mailbox_of(options, &detail, recipient);
    if (is_junk) return inbox.folder(mn::store::folder_directory(junk_folder).value());
    if (!options.folder.empty()) {
        const auto directory = mn::store::folder_directory(options.folder);
        if (!directory) throw UsageError(cat("not a folder name: ", mn::printable(options.folder)));
        return inbox.folder(*directory);
    }
    if (options.detail_folders && !detail.empty()) {
        const auto directory = mn::store::folder_directory(detail);
        const auto existing = directory ? inbox.find_folder(*directory) : std::nullopt;
        if (existing) return inbox.folder(*existing);
    }
    return inbox;
}

void store_in_maildirs(const Options& options, const mn::Upstream& upstream)
{
    Input input(options, upstream);
    // Before anything is opened, for it decides what is.
    const bool is_junk = !options.authserv_id.empty() &&
                         mn::authres::is_quarantined(input.header(), options.authserv_id);
    const std::string everyone =
        options.recipients.empty() ? std::string() : options.recipients.front();
    mn::store::Delivery delivery({options.queue_id, everyone});
    if (options.recipients.empty()) delivery.add(destination(options, "", is_junk));
    for (const std::string& recipient : options.recipients)
        delivery.add(destination(options, recipient, is_junk));
    mn::confine_to(delivery.directories());

    input.read([&](std::string_view bytes) { delivery.write(bytes); });
    delivery.sync();
    // Syncing takes the longest: look once more, at the last moment.
    if (options.from_pipe && !upstream.alive())
        throw Error("4.3.0", "mail system stopped in mid-message",
                    "the process that fed us ended while the message was being stored");
    for (const std::string& path : delivery.publish())
        if (options.verbose) mn::cli::print(cat(path, "\n"));
}

/// The answer for the whole message: the first temporary refusal, else the first refusal.
void throw_refusal(const std::vector<mn::mta::LmtpReply>& replies)
{
    const mn::mta::LmtpReply* refusal = nullptr;
    for (const auto& reply : replies) {
        if (reply.code / 100 == 2) continue;
        const bool is_temporary = reply.code < 500;
        if (refusal == nullptr || (is_temporary && refusal->code >= 500)) refusal = &reply;
    }
    if (refusal != nullptr) throw Error(refusal->status, refusal->text);
}

void hand_over(const Options& options, const mn::Upstream& upstream)
{
    mn::mta::LmtpSession session(options.lmtp);
    mn::confine_to({});
    session.begin(options.sender, options.recipients);
    Input input(options, upstream);
    input.read([&](std::string_view bytes) { session.write(bytes); });
    const auto replies = session.finish();
    if (options.verbose) {
        for (const auto& reply : replies)
            mn::cli::print(cat(reply.recipient, ": ", std::to_string(reply.code), " ", reply.status,
                               " ", reply.text, "\n"));
        mn::cli::flush_if_possible();
    }
    throw_refusal(replies);
}

int deliver(const Options& options, const mn::Upstream& upstream)
{
    mn::log::identify("mn-deliver", options.queue_id);
    check(options);
    if (options.lmtp.empty())
        store_in_maildirs(options, upstream);
    else
        hand_over(options, upstream);
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    mn::cli::Tool tool("mn-deliver", "store one message in a Maildir",
                       mn::cli::Audience::mail_path);
    const mn::Upstream upstream;
    Options options;
    tool.option("--maildir", options.maildir, "DIR", "deliver into this Maildir");
    tool.option("--root", options.root, "DIR", "deliver into DIR/DOMAIN/USER/Maildir");
    tool.option("--lmtp", options.lmtp, "SOCKET", "hand over to the LMTP server at SOCKET");
    tool.list("--recipient", options.recipients, "ADDRESS", "envelope recipient; may be repeated");
    tool.option("--sender", options.sender, "ADDRESS", "envelope sender; empty for a bounce");
    tool.option("--queue-id", options.queue_id, "ID", "deliver the message of this id once only");
    tool.option("--folder", options.folder, "NAME", "deliver into this folder, made if missing");
    tool.option("--authserv-id", options.authserv_id, "NAME",
                "into Junk what the Authentication-Results of this name call quarantined");
    tool.flag("--detail-folders", options.detail_folders,
              "user+NAME goes to the folder NAME if there is one");
    tool.flag("--create", options.create, "make the --maildir directory if it is missing");
    mn::cli::add_from_pipe(tool, options.from_pipe);
    tool.number("--max-size", options.max_size, "BYTES", "refuse bigger messages", 1,
                std::numeric_limits<std::uint64_t>::max());
    tool.flag("-v,--verbose", options.verbose, "print the path of the message, or LMTP's answers");
    return tool.run(argc, argv, [&] { return deliver(options, upstream); });
}

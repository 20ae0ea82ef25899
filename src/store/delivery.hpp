// One message, read once, into one or several folders: all of them or none.
//
//   Delivery delivery({.queue_id = id, .recipient = to});
//   delivery.add(std::move(maildir));
//   while (more) delivery.write(bytes);
//   delivery.sync();                        // durable, not yet visible
//   auto paths = delivery.publish();        // visible and durable
//
// What it promises (measured by tests/faults):
//   durable   on return of publish() content, directory entry and new directories are on disk
//   whole     no reader ever sees a part
//   once      with a queue id, a second attempt finds what an earlier one published and succeeds
//   clean     nothing is left behind on failure; with O_TMPFILE not even after SIGKILL
//   streamed  memory does not grow with the message
#pragma once

#include "base/hash.hpp"
#include "base/scratch_file.hpp"
#include "store/maildir.hpp"
#include "store/message_name.hpp"

#include <list>
#include <string>
#include <string_view>
#include <vector>

namespace mn::store
{

class Delivery
{
public:
    struct Identity {
        std::string queue_id;  ///< empty when there is none
        std::string recipient; ///< told apart, should two recipients share a mailbox
    };

    explicit Delivery(const Identity& identity);

    /// One more destination; a folder that is already there is not added twice.
    void add(Maildir folder);

    /// The next piece of the message. Throws Error.
    void write(std::string_view bytes);

    std::uint64_t size() const noexcept { return facts_.size; }

    /// The message is complete: make its content durable. Throws Error.
    void sync();

    /// Make it visible everywhere. If one folder fails, what the others got is withdrawn and Error
    /// is thrown; only a crash between the folders can leave some with the message, and a retry
    /// with the same queue id then completes the rest. Returns one path per folder.
    /// Signals are blocked from here to the end of the process.
    std::vector<std::string> publish();

    /// The folders' directories, for confine_to().
    std::vector<int> directories() const;

private:
    struct Destination;

    std::string place(Destination& destination);
    std::optional<std::string> find_earlier(const Maildir& folder, const std::string& name) const;

    Identity identity_;
    Hash hash_;
    MessageFacts facts_;
    bool after_cr_ = false;
    std::list<Destination> destinations_;
};

struct Delivery::Destination {
    explicit Destination(Maildir opened) : folder(std::move(opened)), file(folder.tmp()) {}

    Maildir folder;
    ScratchFile file;
    std::string published; ///< path below the folder, once this process put it there
};

} // namespace mn::store

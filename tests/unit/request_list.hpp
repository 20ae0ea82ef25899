// A list in a private directory, and what is sent in its name, for tests of what people ask by
// mail.
#pragma once

#include "list/extension.hpp"
#include "list/mail.hpp"
#include "list/request.hpp"
#include "list_fixture.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

class RequestList
{
public:
    RequestList()
    {
        control("owner", "owner@example.org\n");
        // Texts that say which they are: the test need not know the words of the real ones.
        for (const char* name :
             {"help", "faq", "confirm", "deny", "finish", "notify", "wait", "gatekeep", "list"})
            write(std::string("text/") + name,
                  "Subject: text\n\n%ifaction sub%sub%endif%%ifaction unsub%unsub%endif% "
                  "$subaddr$ $confirmaddr$ $permitaddr$ $obstructaddr$\n- %gatekeepers%\n");
        reload();
    }

    void write(const std::string& name, const std::string& text) const
    {
        directory_.put(name, text);
    }
    /// The list reads each control file once.
    void control(const std::string& name, const std::string& text = "")
    {
        write("control/" + name, text);
        reload();
    }
    std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
    std::string read(const std::string& name) const { return directory_.get(name); }
    bool has(const std::string& name) const { return directory_.has(name); }
    /// Names in a directory of the list.
    std::vector<std::string> in(const std::string& directory) const
    {
        std::vector<std::string> names;
        if (has(directory))
            for (const auto& entry : std::filesystem::directory_iterator(path(directory)))
                names.push_back(entry.path().filename());
        return names;
    }

    const mn::list::List& list() const { return *list_; }
    mn::list::Context context() const { return {*list_, texts_, send_, now}; }

    /// The log line. A mail from author with this extension; extra: more header fields.
    std::string ask(const std::string& extension, const std::string& author,
                    const std::string& extra = "")
    {
        const std::string message = "From: " + author + "\nTo: cats@example.org\n" + extra +
                                    "Message-ID: <1@example.net>\n\nhello\n";
        mn::list::Incoming mail;
        mail.message = message;
        mail.sender = sender.value_or(author);
        mail.extension = extension;
        mail.author = author;
        mail.standing.vouched = vouched;
        return handle_request(context(), mail, mn::list::parse_extension(extension), hooks).log;
    }

    /// The mails sent since the last call.
    std::vector<mn::list::Outgoing> mails() { return std::exchange(sent_, {}); }

    std::int64_t now = 1800000000;
    mn::list::Standing::Vouched vouched = mn::list::Standing::Vouched::yes;
    std::optional<std::string> sender; ///< envelope; the author if not set
    std::vector<std::string> released; ///< identities
    mn::list::RequestHooks hooks = {
        [this](const mn::list::Posting& posting) { released.push_back(posting.identity); }};

private:
    void reload() { list_ = std::make_unique<mn::list::List>(directory_.path()); }

    ListDirectory directory_;
    std::unique_ptr<mn::list::List> list_;
    mn::list::TextDirectories texts_;
    std::vector<mn::list::Outgoing> sent_;
    mn::list::Send send_ = [this](const mn::list::Outgoing& mail) { sent_.push_back(mail); };
};

// A notice to somebody: a list text (notice.hpp) with the values that every one of them may ask
// for, and its envelope.
//
//   Letter letter;
//   letter.notice.occasion = {"confirm", "sub", "request", "digest"};
//   letter.notice.to = "ann@example.net";
//   letter.values()["subaddr"] = "ann@example.net";
//   send_letter(context, std::move(letter));
#pragma once

#include "list/mail.hpp"
#include "list/notice.hpp"
#include "list/subscribers.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

struct Letter {
    Notice notice;
    /// Envelope: the extension of its sender, and who gets it; nobody: who it is addressed to.
    std::string sender_extension = "bounces-help";
    std::vector<std::string> recipients;

    std::map<std::string, std::string, std::less<>>& values() { return notice.values.values; }
    /// %moderators% and, as mlmmj had it first, $moderators$.
    void add_names(const std::string& name, const std::vector<std::string>& items);
};

/// Nothing is sent when there are no recipients at all.
void send_letter(const Context& context, Letter letter);

/// "cats-moderators@example.org": whom mail to all moderators is addressed to.
std::string moderators_name(const List& list);

/// The Message-ID of a mail, fit for In-Reply-To; "" when it has none.
std::string message_id_of(std::string_view message);

} // namespace mn::list

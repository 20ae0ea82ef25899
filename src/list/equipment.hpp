// What a program lends to every list it looks after: how mail goes out, where the texts are, and
// who signs.
//
//   const Equipment equipment(options.sendmail, options.texts);
//   const List list(directory);
//   receive(equipment.context_of(list), mail, settings);
#pragma once

#include "list/mail.hpp"

#include <string_view>

namespace mn::list
{

class Equipment
{
public:
    /// sendmail: a program and perhaps its first options, with spaces between them. Throws
    /// UsageError when it names no program. texts: none means those that are installed. keys_of:
    /// see Context.
    Equipment(std::string_view sendmail, TextDirectories texts, KeysOf keys_of = {});

    /// As of now. It points into this object and to the list; both must outlive it.
    Context context_of(const List& list) const;

private:
    TextDirectories texts_;
    Send send_;
    KeysOf keys_of_;
};

} // namespace mn::list

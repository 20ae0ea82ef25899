// What another DKIM implementation, libopendkim, says of a signature of ours. The only user of it.
//
//   for (const SecondOpinion& opinion : second_opinions(header, body, find_record))
//       if (!opinion.is_good) tell(opinion.selector, opinion.reason);
//
// For our own messages only, in tools for admins and in tests: libopendkim is not fit for what
// strangers send.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::dkim
{

struct SecondOpinion {
    std::string domain;
    std::string selector;
    bool is_good = false;
    std::string reason; ///< why not, in libopendkim's words
};

/// The text of the key record; nothing when there is none.
using FindRecord =
    std::function<std::optional<std::string>(std::string_view selector, std::string_view domain)>;

/// One for each DKIM-Signature, topmost first. header and body: LF or CRLF. Throws Error 4.3.0 when
/// libopendkim cannot work at all.
std::vector<SecondOpinion> second_opinions(std::string_view header, std::string_view body,
                                           const FindRecord& find_record);

} // namespace mn::dkim

#include "list/equipment.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "mta/submit.hpp"

namespace mn::list
{
namespace
{

/// A batch of a thousand recipients takes a tenth of a second, on a busy machine some.
constexpr std::chrono::minutes sendmail_time_limit{4};

std::vector<std::string> words_of(std::string_view command)
{
    std::vector<std::string> words;
    for (const std::string_view word : split_words(command))
        words.emplace_back(word);
    if (words.empty()) throw UsageError("--sendmail names no program");
    return words;
}

} // namespace

Equipment::Equipment(std::string_view sendmail, TextDirectories texts, KeysOf keys_of)
    : texts_(std::move(texts)), send_([command = words_of(sendmail)](const Outgoing& mail) {
          submit(mail.message, {.sender = mail.sender,
                                .recipients = mail.recipients,
                                .sendmail = command,
                                .time_limit = sendmail_time_limit,
                                .verp = mail.with_verp,
                                .is_complete = mail.is_signed});
      }),
      keys_of_(std::move(keys_of))
{
    if (texts_.empty()) texts_ = {"/usr/local/share/mailnode/listtext"};
}

Context Equipment::context_of(const List& list) const
{
    return {list, texts_, send_, now().seconds, keys_of_};
}

} // namespace mn::list

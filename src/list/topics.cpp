#include "list/topics.hpp"

#include "base/text.hpp"
#include "message/encoded_word.hpp"
#include "message/header.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

constexpr std::size_t max_references = 100; ///< the newest of them
constexpr std::size_t max_shown = 200;      ///< bytes of a subject or an author

std::string decoded(std::string_view header, std::string_view name)
{
    const auto field = find_field(header, name);
    if (!field) return "";
    std::string text = encoded_words::decode(field->value);
    if (text.size() <= max_shown) return text;
    // Not in the middle of a character.
    std::size_t end = max_shown;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return cat(text.substr(0, end), "...");
}

/// Every <…> in a field, the last first.
std::vector<std::string> ids_in(std::string_view header, std::string_view name)
{
    std::vector<std::string> ids;
    const auto field = find_field(header, name);
    if (!field) return ids;
    const std::string value = unfolded(field->value);
    std::string_view rest = value;
    while (ids.size() < max_references) {
        const std::size_t begin = rest.rfind('<');
        if (begin == std::string_view::npos) break;
        const std::size_t end = rest.find('>', begin);
        if (end != std::string_view::npos) ids.emplace_back(rest.substr(begin, end + 1 - begin));
        rest = rest.substr(0, begin);
    }
    return ids;
}

/// "Re: Re: hello" is about hello.
std::string_view without_reply_marks(std::string_view subject)
{
    while (subject.size() >= 3 && equal_ignoring_case(subject.substr(0, 3), "re:"))
        subject = trim(subject.substr(3));
    return subject;
}

} // namespace

std::size_t Topics::thread_of(std::string_view header)
{
    std::vector<std::string> ids = ids_in(header, "Message-ID");
    for (const char* name : {"In-Reply-To", "References"})
        for (std::string& id : ids_in(header, name))
            ids.push_back(std::move(id));
    std::size_t thread = threads_.size();
    for (const std::string& id : ids) {
        const auto known = thread_by_id_.find(id);
        if (known == thread_by_id_.end()) continue;
        thread = known->second;
        break;
    }
    for (std::string& id : ids)
        thread_by_id_.emplace(std::move(id), thread);
    return thread;
}

void Topics::add(std::uint64_t number, std::string_view header, std::string_view remark)
{
    const std::size_t thread = thread_of(header);
    if (thread == threads_.size()) {
        const std::string subject = decoded(header, "Subject");
        const std::string_view topic = without_reply_marks(trim(subject));
        threads_.emplace_back(topic.empty() ? "(no subject)" : topic);
    }
    const std::string author = decoded(header, "From");
    threads_[thread] +=
        cat("\n  ", std::to_string(number), " - ", author.empty() ? "(no author)" : author, remark);
}

void Topics::for_each(const std::function<void(std::string_view)>& use) const
{
    for (const std::string& thread : threads_)
        use(thread);
}

} // namespace mn::list

#include "archive/thread_pages.hpp"

#include "archive/state.hpp"
#include "archive/words.hpp"
#include "base/text.hpp"
#include "message/message_key.hpp"

namespace mn::archive
{
namespace
{

constexpr std::string_view trailer_begin = "<!--mn ";
constexpr std::string_view trailer_end = "-->\n";
constexpr std::size_t max_trailer = 4096; ///< subject and author are short, but may be escaped
constexpr unsigned deepest = 99;

/// What follows the tail of a thread's first page.
std::string trailer_text(const ThreadSummary& thread)
{
    return cat(trailer_begin, std::to_string(thread.first), " ", std::to_string(thread.last), " ",
               std::to_string(thread.messages), " ", to_word(thread.subject), " ",
               to_word(thread.author), trailer_end);
}

std::string first_tail(const ThreadSummary& thread)
{
    return cat(thread.pages > 1 ? thread_last_tail(thread.root, 2) : thread_tail(),
               trailer_text(thread));
}

unsigned pages_for(unsigned messages)
{
    return messages == 0 ? 1 : (messages - 1) / records_on_page + 1;
}

std::optional<ThreadSummary> parse_trailer(const std::string& root, std::string_view page)
{
    const std::size_t begin = page.rfind(trailer_begin);
    if (begin == std::string_view::npos || !page.ends_with(trailer_end)) return std::nullopt;
    page.remove_prefix(begin + trailer_begin.size());
    page.remove_suffix(trailer_end.size());
    const auto words = split(page, ' ');
    if (words.size() != 5) return std::nullopt;
    const auto first = parse_number(words[0]);
    const auto last = parse_number(words[1]);
    const auto messages = parse_number(words[2]);
    const auto subject = from_word(words[3]);
    const auto author = from_word(words[4]);
    if (!first || !last || !messages || *messages == 0 || !subject || !author) return std::nullopt;
    const auto count = static_cast<unsigned>(*messages);
    return ThreadSummary{root,
                         *subject,
                         *author,
                         static_cast<std::int64_t>(*first),
                         static_cast<std::int64_t>(*last),
                         count,
                         pages_for(count)};
}

} // namespace

ThreadPages::Thread& ThreadPages::thread_of(const std::string& root)
{
    const auto known = threads_.find(root);
    if (known != threads_.end()) return known->second;
    Thread thread;
    thread.summary.root = root;
    const std::string path = thread_path(root, 1);
    if (const auto end = tree_.read_last(path, max_trailer)) {
        auto summary = parse_trailer(root, *end);
        if (!summary) throw Damaged(path, "does not say how big the thread is");
        thread.summary = std::move(*summary);
        thread.tail = first_tail(thread.summary);
    }
    return threads_.emplace(root, std::move(thread)).first->second;
}

std::optional<Mark> ThreadPages::mark_of(const std::string& key) const
{
    const auto known = marks_.find(key);
    if (known != marks_.end()) return known->second;
    const auto first_bytes = tree_.read_first(page_path(key), mark_length);
    return first_bytes ? read_mark(*first_bytes) : std::nullopt;
}

void ThreadPages::place(const Article& article, std::string_view base_key, Place& place)
{
    const auto& references = article.references;
    place.root = references.empty() ? std::string(base_key) : key_of(references.front());
    std::size_t tries = 0;
    for (auto id = references.rbegin(); id != references.rend() && ++tries <= max_references;
         ++id) {
        const std::string key = key_of(*id);
        const auto mark = mark_of(key);
        if (!mark) continue;
        place.root = mark->root;
        place.parent = key;
        place.parent_page = mark->thread_page;
        place.depth = std::min(mark->depth + 1, deepest);
        break;
    }
    const ThreadSummary& summary = thread_of(place.root).summary;
    if (place.parent.empty() && !references.empty() && summary.messages > 0) place.depth = 1;
    place.thread_page = pages_for(summary.messages + 1);
}

Growth& ThreadPages::page_of(const Thread& thread, unsigned page)
{
    return changes_.grow(thread_path(thread.summary.root, page),
                         page == 1 ? thread.tail : thread_tail());
}

/// True when there was none.
bool ThreadPages::begin_page(const Thread& thread, const Place& place)
{
    const ThreadSummary& summary = thread.summary;
    if (summary.messages > 0 && place.thread_page == summary.pages) return false;
    if (summary.messages > 0 && summary.pages > 1)
        page_of(thread, summary.pages).tail = thread_last_tail(summary.root, place.thread_page);
    changes_.begin(thread_path(summary.root, place.thread_page),
                   thread_head(facts_, summary.root, summary.subject, place.thread_page));
    return true;
}

ThreadPages::Added ThreadPages::add(const Place& place, const Record& record)
{
    Thread& thread = thread_of(place.root);
    ThreadSummary& summary = thread.summary;
    if (summary.messages == 0) {
        summary.subject = beginning_of(record.subject, max_summary_text);
        summary.author = beginning_of(record.author, max_summary_text);
        summary.first = place.date;
    }
    const bool is_new_page = begin_page(thread, place);
    summary.pages = place.thread_page;
    summary.last = place.date;
    ++summary.messages;
    Growth& page = page_of(thread, place.thread_page);
    page.body += record.html;
    page.tail = thread_tail();
    marks_[place.key] = {place.root, place.thread_page, place.depth};
    return {summary, is_new_page};
}

void ThreadPages::finish()
{
    for (const auto& [root, thread] : threads_)
        if (thread.summary.messages > 0) page_of(thread, 1).tail = first_tail(thread.summary);
}

void ThreadPages::forget()
{
    threads_.clear();
    marks_.clear();
}

} // namespace mn::archive

#include "archive/search.hpp"

#include "archive/mbox_scan.hpp"
#include "base/case_fold.hpp"
#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <deque>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::archive
{
namespace
{

using Clock = std::chrono::steady_clock;

constexpr std::size_t context_before = 60;
constexpr std::size_t context_size = 220;
constexpr std::size_t max_shown = 300; // of an author and of a subject

bool is_month(std::string_view name)
{
    return name.size() == 7 && name[4] == '-' && parse_number(name.substr(0, 4)) &&
           parse_number(name.substr(5));
}

std::vector<std::string> months_newest_first(int directory)
{
    std::vector<std::string> months;
    find_entry(directory, [&](std::string_view name) {
        if (is_month(name)) months.emplace_back(name);
        return false;
    });
    std::sort(months.begin(), months.end(), std::greater<>());
    return months;
}

bool is_follower(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

/// At most so many bytes, whole characters.
std::string_view cut(std::string_view text, std::size_t size)
{
    if (text.size() <= size) return text;
    while (size > 0 && is_follower(text[size]))
        --size;
    return text.substr(0, size);
}

/// Of a date as we write it; 0 for another.
std::int64_t seconds_of(const std::string& date)
{
    struct tm parts = {};
    const char* const end = ::strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S", &parts);
    return end == nullptr ? 0 : ::timegm(&parts);
}

/// White space as single spaces.
std::string one_line(std::string_view text)
{
    std::string line;
    for (const std::string_view word : split_words(text))
        line.append(line.empty() ? "" : " ").append(word);
    return line;
}

/// Around the first word, or the beginning where none is in the text but in author or subject.
std::string context_of(std::string_view text, const std::vector<std::string>& words)
{
    std::string folded(text);
    fold_case(folded);
    std::size_t at = std::string::npos;
    for (const std::string& word : words)
        at = std::min(at, folded.find(word));
    std::size_t begin = at == std::string::npos || at < context_before ? 0 : at - context_before;
    // Whole words are better read than halves, if one begins here.
    if (begin > 0) {
        begin = std::min(folded.find(' ', begin), at);
        while (begin < at && is_follower(text[begin]))
            ++begin;
    }
    return one_line(cut(text.substr(begin), context_size));
}

/// Where words are in a line: in order, those that overlap as one.
std::vector<std::pair<std::size_t, std::size_t>> marks_of(std::string line,
                                                          const std::vector<std::string>& words)
{
    fold_case(line);
    std::string is_marked(line.size(), '\0');
    for (const std::string& word : words)
        for (std::size_t at = 0; (at = line.find(word, at)) != std::string::npos; ++at)
            is_marked.replace(at, word.size(), word.size(), '\1');
    std::vector<std::pair<std::size_t, std::size_t>> marks;
    for (std::size_t end = 0;;) {
        const std::size_t begin = is_marked.find('\1', end);
        if (begin == std::string::npos) return marks;
        end = std::min(is_marked.find('\0', begin), is_marked.size());
        marks.emplace_back(begin, end - begin);
    }
}

Hit hit_of(const MboxRecord& record, const std::vector<std::string>& words)
{
    Hit hit;
    hit.key = record.key;
    hit.author = cut(record.author, max_shown);
    hit.subject = cut(record.subject, max_shown);
    hit.date = seconds_of(std::string(record.date));
    hit.context = context_of(record.text, words);
    hit.marks = marks_of(hit.context, words);
    return hit;
}

/// Where a record is in its file.
struct Span {
    std::uint64_t offset;
    std::size_t size;
};

std::string read_span(int fd, const Span& span)
{
    std::string text(span.size, '\0');
    const ssize_t count = ::pread(fd, text.data(), text.size(), static_cast<off_t>(span.offset));
    if (count < 0) throw system_error(errno, "read", "an mbox");
    text.resize(static_cast<std::size_t>(count));
    return text;
}

/// One search.
class Search
{
public:
    Search(const Query& query, Clock::time_point end)
        : query_(query), scanner_(query.words), end_(end),
          skipped_((query.page - 1) * found_on_page)
    {
    }

    /// False: it is done.
    bool look_into(int directory, const std::string& month);
    Results results();

private:
    bool is_late() const { return Clock::now() >= end_; }

    const Query& query_;
    MboxScanner scanner_;
    Clock::time_point end_;
    std::size_t skipped_;    ///< that many of the next ones belong to pages before
    std::vector<Hit> found_; ///< one more than a page, if there is one
    bool is_cut_ = false;
};

bool Search::look_into(int directory, const std::string& month)
{
    const std::string name = cat(month, "/", month, ".mbox");
    const Fd fd(::openat(directory, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat file = {};
    if (!fd && errno == ENOENT) return true;
    if (!fd || ::fstat(fd.get(), &file) != 0) throw system_error(errno, "open", name);
    if (!S_ISREG(file.st_mode)) return true;
    // The last ones are wanted, and where they are is known at the end of the file.
    const std::size_t wanted = found_on_page + 1 - found_.size();
    std::deque<Span> last;
    std::size_t count = 0;
    scanner_.scan(fd.get(), [&](const MboxRecord& record) {
        last.push_back({record.offset, record.size});
        if (last.size() > wanted + skipped_) last.pop_front();
        is_cut_ = ++count % 64 == 0 && is_late();
        return !is_cut_;
    });
    for (; skipped_ > 0 && !last.empty(); --skipped_)
        last.pop_back();
    for (; !last.empty() && found_.size() <= found_on_page; last.pop_back()) {
        const std::string text = read_span(fd.get(), last.back());
        const MboxRecord record = parse_record(text);
        if (!record.key.empty()) found_.push_back(hit_of(record, query_.words));
    }
    if (is_late()) is_cut_ = true;
    return !is_cut_ && found_.size() <= found_on_page;
}

Results Search::results()
{
    Results results;
    results.words = query_.text;
    results.page = query_.page;
    results.has_more = found_.size() > found_on_page && query_.page < max_page;
    results.is_cut = is_cut_;
    if (found_.size() > found_on_page) found_.resize(found_on_page);
    results.hits = std::move(found_);
    return results;
}

} // namespace

Results search(int directory, const Query& query, std::chrono::milliseconds patience)
{
    if (query.words.empty()) return {};
    Search search(query, Clock::now() + patience);
    for (const std::string& month : months_newest_first(directory))
        if (!search.look_into(directory, month)) break;
    return search.results();
}

} // namespace mn::archive

#include "list/digest_run.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "list/postings.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

namespace mn::list
{
namespace
{

constexpr std::size_t max_file = std::size_t{1} << 30;

std::string read_if_there(const std::string& path)
{
    if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return "";
    return read_file(path, max_file);
}

void remove_file(const std::string& path)
{
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw system_error(errno, "remove", path);
}

std::string text_of(const DigestIssue& issue)
{
    return cat(std::to_string(issue.first), " ", std::to_string(issue.last), " ",
               std::to_string(issue.issue));
}

/// Numbers, as many as are expected; none if it is something else.
std::vector<std::uint64_t> numbers_in(std::string_view line, std::size_t count)
{
    std::vector<std::uint64_t> numbers;
    for (const std::string_view word : split_words(line))
        if (const auto number = parse_number(word)) numbers.push_back(*number);
    if (numbers.size() != count) numbers.clear();
    return numbers;
}

} // namespace

DigestRun::DigestRun(const List& list)
    : path_(list.path("mailnode/digest")), sent_path_(list.path("mailnode/digest-sent"))
{
    const std::string content = read_if_there(path_);
    auto lines = split(content, '\n');
    const auto numbers = numbers_in(lines.front(), 3);
    if (numbers.empty()) {
        make_subdirectory(list.fd(), "mailnode", 0700);
        return;
    }
    issue_ = {.first = numbers[0], .last = numbers[1], .issue = numbers[2]};
    for (std::size_t i = 1; i < lines.size(); ++i)
        if (!lines[i].empty()) recipients_.emplace_back(lines[i]);
    // Of another issue, it is what a kill between two steps has left.
    const auto progress = numbers_in(read_if_there(sent_path_), 2);
    if (!progress.empty() && progress[0] == issue_.issue)
        sent_ = std::min<std::size_t>(progress[1], recipients_.size());
}

void DigestRun::begin(const DigestIssue& issue, const Subscribers& subscribers)
{
    recipients_.clear();
    sent_ = 0;
    subscribers.for_each(Kind::digest,
                         [&](std::string_view address) { recipients_.emplace_back(address); });
    remove_file(sent_path_); // of an issue with this number that was never finished
    ReplacementFile file(path_, 0600);
    file.write(cat(text_of(issue), "\n"));
    for (const std::string& address : recipients_)
        file.write(cat(address, "\n"));
    file.commit();
    issue_ = issue;
}

std::vector<std::string> DigestRun::next_batch() const
{
    const auto begin = recipients_.begin() + static_cast<std::ptrdiff_t>(sent_);
    const std::size_t count = std::min(batch_size, recipients_.size() - sent_);
    return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

void DigestRun::batch_is_sent()
{
    sent_ += std::min(batch_size, recipients_.size() - sent_);
    replace_file(sent_path_, cat(std::to_string(issue_.issue), " ", std::to_string(sent_), "\n"),
                 0600);
}

void DigestRun::end()
{
    remove_file(path_);
    remove_file(sent_path_);
    issue_ = {};
    recipients_.clear();
    sent_ = 0;
}

} // namespace mn::list

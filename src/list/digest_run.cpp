#include "list/digest_run.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "list/postings.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace mn::list
{
namespace
{

constexpr std::size_t max_file = std::size_t{1} << 30;
constexpr std::size_t count_digits = 20;
const std::string file_name = "digest";

/// Always as many bytes, so that it is overwritten in its place, in one step.
std::string count_text(std::size_t count)
{
    const std::string text = std::to_string(count);
    return cat(std::string(count_digits - text.size(), '0'), text);
}

std::string first_line(const DigestIssue& issue)
{
    return cat(count_text(0), " ", std::to_string(issue.first), " ", std::to_string(issue.last),
               " ", std::to_string(issue.issue), "\n");
}

/// Its numbers; none if it is something else.
std::vector<std::uint64_t> numbers_in(std::string_view first_line)
{
    std::vector<std::uint64_t> numbers;
    for (const std::string_view word : split_words(first_line))
        if (const auto number = parse_number(word)) numbers.push_back(*number);
    if (numbers.size() != 4 || first_line.find(' ') != count_digits) numbers.clear();
    return numbers;
}

} // namespace

DigestRun::DigestRun(const List& list)
    : path_(list.path("mailnode/digest")), spool_(list, "mailnode")
{
    const auto file = spool_.read(file_name, max_file);
    if (!file) return;
    const auto lines = split(file->content, '\n');
    const auto numbers = numbers_in(lines.front());
    if (numbers.empty()) return;
    issue_ = {.first = numbers[1], .last = numbers[2], .issue = numbers[3]};
    for (std::size_t i = 1; i < lines.size(); ++i)
        if (!lines[i].empty()) recipients_.emplace_back(lines[i]);
    sent_ = std::min<std::size_t>(numbers[0], recipients_.size());
}

void DigestRun::begin(const DigestIssue& issue, const Subscribers& subscribers)
{
    recipients_.clear();
    sent_ = 0;
    std::string content = first_line(issue);
    subscribers.for_each(Kind::digest, [&](std::string_view address) {
        recipients_.emplace_back(address);
        content.append(address).push_back('\n');
    });
    spool_.remove(file_name); // what could not be read
    if (!spool_.put(file_name, content))
        throw Error("4.3.2", "mail system busy", cat("somebody else makes ", path_));
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
    const std::size_t sent = sent_ + std::min(batch_size, recipients_.size() - sent_);
    const std::string text = count_text(sent);
    const Fd fd(::open(path_.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) throw system_error(errno, "open", path_);
    const ssize_t written = ::pwrite(fd.get(), text.data(), text.size(), 0);
    if (written < 0) throw system_error(errno, "write", path_);
    if (written != static_cast<ssize_t>(text.size())) throw system_error(ENOSPC, "write", path_);
    if (::fsync(fd.get()) != 0) throw system_error(errno, "sync", path_);
    sent_ = sent;
}

void DigestRun::end()
{
    spool_.remove(file_name);
    issue_ = {};
    recipients_.clear();
    sent_ = 0;
}

} // namespace mn::list

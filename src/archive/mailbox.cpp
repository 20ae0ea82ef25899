#include "archive/mailbox.hpp"

#include "archive/article.hpp"
#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <tuple>
#include <vector>

namespace mn::archive
{
namespace
{

constexpr std::size_t max_message = std::size_t{256} << 20;
constexpr std::size_t buffer_size = 65536;

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// "10:00" or "10:00:00".
bool is_time_of_day(std::string_view word)
{
    return (word.size() == 5 || word.size() == 8 || word.size() == 4 || word.size() == 7) &&
           word.find(':') != std::string_view::npos &&
           std::all_of(word.begin(), word.end(), [](char c) { return is_digit(c) || c == ':'; });
}

bool is_year(std::string_view word)
{
    return word.size() == 4 && std::all_of(word.begin(), word.end(), is_digit);
}

std::string_view without_cr(std::string_view line)
{
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// The lines of a file, however long they are, without their ends.
class Lines
{
public:
    explicit Lines(const std::string& path)
        : path_(path), fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC))
    {
        if (!fd_) throw system_error(errno, "open", path);
    }

    bool next(std::string& line)
    {
        line.clear();
        for (;;) {
            if (at_ == have_ && !fill()) return !line.empty();
            const std::string_view rest(buffer_.data() + at_, have_ - at_);
            const std::size_t end = rest.find('\n');
            line.append(rest.substr(0, end));
            at_ = end == std::string_view::npos ? have_ : at_ + end + 1;
            if (end != std::string_view::npos) return true;
            if (line.size() > max_message) throw Error("4.3.0", "cannot import", too_big());
        }
    }

    std::string too_big() const { return cat(path_, " has a message that is too big"); }

private:
    bool fill()
    {
        at_ = 0;
        have_ = read_some(fd_.get(), buffer_, path_);
        return have_ > 0;
    }

    std::string path_;
    Fd fd_;
    std::array<char, buffer_size> buffer_{};
    std::size_t at_ = 0;
    std::size_t have_ = 0;
};

/// Of a message in an mbox the line as it was written.
std::string_view unquoted(std::string_view line)
{
    const std::size_t text = line.find_first_not_of('>');
    const bool is_quoted =
        text != std::string_view::npos && text > 0 && line.substr(text).starts_with("From ");
    return line.substr(is_quoted ? 1 : 0);
}

void of_mbox(const std::string& path, const UseMessage& use)
{
    Lines lines(path);
    std::string message;
    std::string raw;
    bool is_inside = false;
    bool after_empty = true;
    const auto finish = [&] {
        if (message.ends_with("\n\n")) message.pop_back(); // the line that parts two messages
        if (is_inside && !message.empty()) use(message);
        message.clear();
    };
    while (lines.next(raw)) {
        const std::string_view line = without_cr(raw);
        if (after_empty && begins_message(line)) {
            finish();
            is_inside = true;
        } else if (is_inside) {
            message.append(unquoted(line)).push_back('\n');
        }
        if (message.size() > max_message) throw Error("4.3.0", "cannot import", lines.too_big());
        after_empty = line.empty();
    }
    finish();
    if (!is_inside)
        throw Error("4.3.0", "cannot import", cat(path, " has no message: it is no mbox"));
}

std::string with_lf(std::string text)
{
    std::string out;
    if (text.find("\r\n") == std::string::npos) return text;
    for (std::size_t at = 0; at < text.size(); ++at)
        if (text[at] != '\r' || at + 1 == text.size() || text[at + 1] != '\n')
            out.push_back(text[at]);
    return out;
}

std::string_view header_of(std::string_view message)
{
    return message.substr(0, message.find("\n\n"));
}

struct MaildirEntry {
    std::int64_t date;
    std::string path;
};

void of_maildir(const std::string& path, const UseMessage& use)
{
    std::vector<MaildirEntry> entries;
    for (const std::string_view part : {"new", "cur"}) {
        const std::string directory = cat(path, "/", part);
        find_entry(open_directory(directory).get(), [&](std::string_view name) {
            if (!name.starts_with('.')) entries.push_back({0, cat(directory, "/", name)});
            return false;
        });
    }
    for (MaildirEntry& entry : entries)
        entry.date =
            read_article(header_of(with_lf(read_file(entry.path, max_message)))).date.value_or(0);
    std::sort(entries.begin(), entries.end(), [](const MaildirEntry& a, const MaildirEntry& b) {
        return std::tie(a.date, a.path) < std::tie(b.date, b.path);
    });
    for (const MaildirEntry& entry : entries)
        use(with_lf(read_file(entry.path, max_message)));
}

} // namespace

bool begins_message(std::string_view line)
{
    if (!line.starts_with("From ")) return false;
    const auto words = split_words(line);
    return words.size() >= 5 && std::any_of(words.begin(), words.end(), is_time_of_day) &&
           std::any_of(words.end() - 2, words.end(), is_year);
}

void for_each_message(const std::string& path, const UseMessage& use)
{
    struct stat found = {};
    if (::stat(path.c_str(), &found) != 0) throw system_error(errno, "examine", path);
    if (S_ISDIR(found.st_mode))
        of_maildir(path, use);
    else
        of_mbox(path, use);
}

} // namespace mn::archive

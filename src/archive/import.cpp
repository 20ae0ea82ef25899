#include "archive/import.hpp"

#include "archive/mailbox.hpp"
#include "archive/pipermail.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "list/posting_state.hpp"
#include "list/spool.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::archive
{
namespace
{

const std::string mark_name = "import";
constexpr std::size_t max_mark = 100;

Error refused(const std::string& why)
{
    return {"4.3.5", "cannot import", why};
}

bool exists(const Fd& directory, std::uint64_t number)
{
    struct stat found = {};
    return ::fstatat(directory.get(), std::to_string(number).c_str(), &found,
                     AT_SYMLINK_NOFOLLOW) == 0;
}

/// The number that an import which was ended had begun with.
std::optional<std::uint64_t> read_mark(const list::Spool& marks)
{
    const auto mark = marks.read(mark_name, max_mark);
    return mark ? parse_number(trim(mark->content)) : std::nullopt;
}

void set_mark(const list::Spool& marks, std::uint64_t first)
{
    if (read_mark(marks) == first) return;
    marks.remove(mark_name);
    marks.put(mark_name, cat(std::to_string(first), "\n"));
}

void remove_posts(const Fd& archive, std::uint64_t first)
{
    for (std::uint64_t number = first; exists(archive, number); ++number)
        if (::unlinkat(archive.get(), std::to_string(number).c_str(), 0) != 0)
            throw system_error(errno, "remove", cat("archive/", std::to_string(number)));
}

/// The numbers from first on are to be free.
void make_room(const list::List& list, const list::Spool& marks, const Fd& archive,
               std::uint64_t first)
{
    if (!exists(archive, first)) return;
    if (read_mark(marks) != first)
        throw refused(cat(list.path(cat("archive/", std::to_string(first))),
                          " is there, though index ends before it: mend that first"));
    remove_posts(archive, first);
}

void write_post(const list::List& list, const Fd& archive, std::uint64_t number,
                std::string_view message)
{
    const std::string name = std::to_string(number);
    const std::string path = list.path(cat("archive/", name));
    Fd fd(::openat(archive.get(), name.c_str(),
                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) throw system_error(errno, "create", path);
    list.adopt(fd.get(), false);
    write_all(fd.get(), message, path);
    fd.close_checked(path);
}

/// Durable on return. How many they were.
std::uint64_t write_posts(const list::List& list, const Fd& archive, std::uint64_t first,
                          const Import& import)
{
    std::uint64_t count = 0;
    PipermailNames names;
    for (const std::string& source : import.sources)
        for_each_message(source, [&](std::string_view message) {
            write_post(list, archive, first + count++, message);
            if (!import.aliases.empty()) names.add(message);
        });
    if (::syncfs(archive.get()) != 0) throw system_error(errno, "sync", list.path("archive"));
    if (!import.aliases.empty()) replace_file(import.aliases, names.map(), 0644);
    return count;
}

} // namespace

Imported import_messages(const list::List& list, const Import& import)
{
    list::IndexLock numbers(list);
    if (numbers.last() > 0 && !import.append)
        throw refused(cat(list.directory(), " has posts; --append puts the others after them"));
    const Fd archive = list.make_directory("archive");
    const std::uint64_t first = numbers.last() + 1;
    const list::Spool marks(list, "mailnode");
    make_room(list, marks, archive, first);
    set_mark(marks, first);
    try {
        const Imported done{first, write_posts(list, archive, first, import)};
        if (done.count > 0) numbers.raise(first + done.count - 1);
        marks.remove(mark_name);
        return done;
    } catch (...) {
        if (numbers.last() < first) remove_posts(archive, first);
        marks.remove(mark_name);
        throw;
    }
}

} // namespace mn::archive

// list/list, list/tunables, list/roster: control files and rosters of any bytes; a list whose files
// the check finds good can be used, and what a roster yields can be subscribed.
// Input: the name of a control file, NUL, its text.
#include "fuzz.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "list/list.hpp"
#include "list/roster.hpp"
#include "list/tunables.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace
{

using namespace mn::list;

/// A list below a directory of this process, with one control file of the input beside the rest.
class ListDirectory
{
public:
    ListDirectory()
    {
        std::filesystem::create_directories(control());
        put("listaddress", "cats@example.org\n");
        put("owner", "ann@example.org\n");
    }
    ListDirectory(const ListDirectory&) = delete;
    ListDirectory& operator=(const ListDirectory&) = delete;
    ~ListDirectory() { std::filesystem::remove_all(path_); }

    const std::string& path() const { return path_; }
    std::string control() const { return path_ + "/control"; }
    void put(std::string_view name, std::string_view text) const
    {
        std::ofstream(mn::cat(control(), "/", name), std::ios::binary) << text;
    }

private:
    std::string path_ = mn::cat("/dev/shm/mn-fuzz-control.", std::to_string(::getpid()));
};

bool is_good(const ListDirectory& directory)
{
    bool good = true;
    for (const ControlProblem& problem : check_control(directory.control())) {
        promise(!problem.what.empty());
        if (problem.is_error) good = false;
    }
    return good;
}

/// Everything a program may ask of it. True if it can be used.
bool can_be_used(const ListDirectory& directory)
{
    try {
        const List list(directory.path());
        for (const Tunable& tunable : tunables()) {
            list.flag(tunable.name);
            promise(list.line(tunable.name).find('\n') == std::string::npos);
            for (const std::string& line : list.lines(tunable.name))
                promise(!line.empty());
            if (tunable.type == TunableType::number && !tunable.is_ignored)
                list.number(tunable.name);
        }
        promise(list.extension_of(list.address().text()) == "");
        promise(list.extension_of(list.address_for("help")) == "help");
        return true;
    } catch (const mn::Error& error) {
        promise(error.status() == "4.3.5");
        return false;
    }
}

} // namespace

void fuzz(std::string_view input)
{
    static const ListDirectory directory;
    const std::string wanted(take_argument(input));
    const Tunable* const tunable = find_tunable(wanted);
    const std::string name(tunable != nullptr ? tunable->name : "footer");
    const bool replaces = name == "listaddress" || name == "owner";
    directory.put(name, input);
    const bool good = is_good(directory);
    const bool used = can_be_used(directory);
    promise(used || !good);
    if (replaces)
        directory.put(name, name == "owner" ? "ann@example.org\n" : "cats@example.org\n");
    else
        std::filesystem::remove(mn::cat(directory.control(), "/", name));

    std::size_t last = 0;
    read_roster(input, [&](const RosterEntry& entry) {
        promise(entry.line >= last && entry.line > 0);
        last = entry.line;
        if (entry.address) promise(subscriber_address(*entry.address) == *entry.address);
    });
}

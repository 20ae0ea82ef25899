#include "list/subscriber_change.hpp"

#include "list/subscriber_file.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace mn::list
{
namespace
{

/// One change of many addresses. Sorted, so that a group with one first byte, which is a file, is a
/// stretch, and a line is found by halving.
class Batch
{
public:
    Batch(const List& list, std::span<const std::string_view> addresses, const Edit& edit);

    void run();

    std::vector<Edited> take() { return std::move(entries_); }

private:
    using Group = std::span<Edited>;
    using Files = std::set<std::string>;
    struct Directory {
        SubscriberDirectory directory;
        Kind kind;
        std::array<Files, 256> strays = {}; ///< by first byte: other files with such addresses
    };

    void look_for_strays(Directory& directory) const;
    /// Has every address of the batch this first byte?
    bool is_only_concerned(char first) const;
    Files files_of(const Directory& directory, char first) const;
    void change_group(Group group);
    void find_in(const Directory& directory, const std::string& file, Group group);
    void add_missing(const Directory& directory, Group group) const;
    void remove_from(const Directory& directory, const std::string& file, Group group) const;

    Edit edit_;
    std::vector<Edited> entries_;
    std::array<bool, 256> concerned_ = {}; ///< by first byte: addresses of the batch have it
    std::vector<Directory> directories_;
};

unsigned char index_of(char first)
{
    return static_cast<unsigned char>(first);
}

Edited* find_entry(std::span<Edited> group, std::string_view address)
{
    const auto found = std::lower_bound(
        group.begin(), group.end(), address,
        [](const Edited& entry, std::string_view text) { return entry.address < text; });
    return found != group.end() && found->address == address ? &*found : nullptr;
}

Batch::Batch(const List& list, std::span<const std::string_view> addresses, const Edit& edit)
    : edit_(edit)
{
    entries_.reserve(addresses.size());
    for (std::size_t i = 0; i < addresses.size(); ++i)
        entries_.push_back({addresses[i], i});
    const auto order = [](const Edited& a, const Edited& b) {
        return a.address != b.address ? a.address < b.address : a.index < b.index;
    };
    std::sort(entries_.begin(), entries_.end(), order);
    const auto same = [](const Edited& a, const Edited& b) { return a.address == b.address; };
    entries_.erase(std::unique(entries_.begin(), entries_.end(), same), entries_.end());
    for (const Edited& entry : entries_)
        concerned_[index_of(entry.address.front())] = true;

    for (const Kind kind : all_the_kinds) {
        directories_.push_back({SubscriberDirectory(list, directory_of(kind)), kind});
        if (edit_.adds(kind)) directories_.back().directory.make();
    }
}

void Batch::run()
{
    for (Directory& directory : directories_)
        look_for_strays(directory);
    for (std::size_t begin = 0; begin < entries_.size();) {
        std::size_t end = begin + 1;
        while (end < entries_.size() &&
               entries_[end].address.front() == entries_[begin].address.front())
            ++end;
        change_group(Group(entries_).subspan(begin, end - begin));
        begin = end;
    }
}

bool Batch::is_only_concerned(char first) const
{
    return concerned_[index_of(first)] &&
           std::count(concerned_.begin(), concerned_.end(), true) == 1;
}

/// mlmmj finds an address in whatever file it is, and so people have put them anywhere.
void Batch::look_for_strays(Directory& directory) const
{
    for (const std::string& file : directory.directory.files()) {
        if (file.size() == 1 && is_only_concerned(file.front())) continue;
        directory.directory.for_each_line(file, [&](std::string_view line) {
            const char first = line.front();
            const bool is_at_home = file.size() == 1 && file.front() == first;
            if (!is_at_home && concerned_[index_of(first)])
                directory.strays[index_of(first)].insert(file);
        });
    }
}

Batch::Files Batch::files_of(const Directory& directory, char first) const
{
    if (!directory.directory.exists()) return {};
    Files files = directory.strays[index_of(first)];
    // No subscriber's; but anything may be asked to be removed.
    if (first != '/' && first != '.') files.insert(std::string(1, first));
    return files;
}

/// All files of the group are locked, in an order that is the same for everybody, before any of
/// them is looked at. What is wanted is added before the rest goes, so that a kill in between
/// loses nobody.
void Batch::change_group(Group group)
{
    std::vector<SubscriberLock> locks;
    std::array<Files, all_the_kinds.size()> files;
    for (std::size_t i = 0; i < directories_.size(); ++i) {
        files.at(i) = files_of(directories_[i], group.front().address.front());
        for (const std::string& file : files.at(i))
            locks.push_back(directories_[i].directory.lock(file));
    }
    for (std::size_t i = 0; i < directories_.size(); ++i)
        for (const std::string& file : files.at(i))
            find_in(directories_[i], file, group);
    for (const Directory& directory : directories_)
        if (edit_.adds(directory.kind)) add_missing(directory, group);
    for (std::size_t i = 0; i < directories_.size(); ++i) {
        if (!edit_.clears(directories_[i].kind)) continue;
        for (const std::string& file : files.at(i))
            remove_from(directories_[i], file, group);
    }
}

void Batch::find_in(const Directory& directory, const std::string& file, Group group)
{
    directory.directory.for_each_line(file, [&](std::string_view line) {
        if (Edited* const entry = find_entry(group, line)) entry->before |= bit(directory.kind);
    });
}

void Batch::add_missing(const Directory& directory, Group group) const
{
    std::vector<std::string_view> missing;
    for (const Edited& entry : group)
        if ((entry.before & bit(directory.kind)) == 0) missing.push_back(entry.address);
    if (missing.empty()) return;
    const std::string file(1, missing.front().front());
    directory.directory.rewrite(
        file, [](std::string_view) { return false; }, missing);
}

void Batch::remove_from(const Directory& directory, const std::string& file, Group group) const
{
    const auto is_gone = [&](std::string_view line) { return find_entry(group, line) != nullptr; };
    bool has_any = false;
    directory.directory.for_each_line(
        file, [&](std::string_view line) { has_any = has_any || is_gone(line); });
    if (has_any) directory.directory.rewrite(file, is_gone, {});
}

} // namespace

std::string directory_of(Kind kind)
{
    constexpr std::array<const char*, all_the_kinds.size()> names{"subscribers.d", "digesters.d",
                                                                  "nomailsubs.d"};
    return names.at(static_cast<std::size_t>(kind));
}

std::vector<Edited> edit_subscribers(const List& list, std::span<const std::string_view> addresses,
                                     const Edit& edit)
{
    Batch batch(list, addresses, edit);
    batch.run();
    return batch.take();
}

} // namespace mn::list

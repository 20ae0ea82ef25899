#include "archive/journal.hpp"

#include "base/text.hpp"

#include <vector>

namespace mn::archive
{
namespace
{

const std::string journal_name = ".journal";
constexpr std::string_view first_word = "mn-journal";
constexpr std::string_view last_line = "end";
constexpr std::size_t max_journal = std::size_t{1} << 28;

struct Entry {
    std::string name;
    bool is_new = false;
    std::uint64_t offset = 0;
    std::string_view tail;
};

struct Journal {
    Range range;
    std::vector<Entry> entries;
};

std::string journal_text(const Range& range, const Changes& changes)
{
    std::string text =
        cat(first_word, " ", std::to_string(range.from), " ", std::to_string(range.to), "\n");
    for (const auto& [name, growth] : changes.all()) {
        if (growth.is_new)
            text += cat("new ", name, "\n");
        else
            text += cat("old ", name, " ", std::to_string(growth.offset), " ",
                        std::to_string(growth.old_tail.size()), "\n", growth.old_tail);
    }
    return text += cat(last_line, "\n");
}

/// Takes it line by line, and bytes in between.
class Reader
{
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    Journal read()
    {
        Journal journal;
        const auto first = words();
        if (first.size() != 3 || first[0] != first_word) fail();
        journal.range = {number(first[1]), number(first[2])};
        for (auto next = words(); next.front() != last_line; next = words())
            journal.entries.push_back(entry(next));
        if (!rest_.empty()) fail();
        return journal;
    }

private:
    [[noreturn]] static void fail() { throw Damaged(journal_name, "cannot be read"); }

    std::vector<std::string_view> words()
    {
        const std::size_t end = rest_.find('\n');
        if (end == std::string_view::npos) fail();
        const std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return split(line, ' ');
    }

    static std::uint64_t number(std::string_view word)
    {
        const auto value = parse_number(word);
        if (!value) fail();
        return *value;
    }

    Entry entry(const std::vector<std::string_view>& line)
    {
        if (line.size() == 2 && line[0] == "new") return {std::string(line[1]), true, 0, {}};
        if (line.size() != 4 || line[0] != "old") fail();
        const std::uint64_t length = number(line[3]);
        if (length > rest_.size()) fail();
        const std::string_view tail = rest_.substr(0, static_cast<std::size_t>(length));
        rest_.remove_prefix(tail.size());
        return {std::string(line[1]), false, number(line[2]), tail};
    }

    std::string_view rest_;
};

void undo(const Tree& tree, const Journal& journal)
{
    for (const Entry& entry : journal.entries) {
        if (!entry.is_new && !tree.has(entry.name)) throw Damaged(entry.name, "is missing");
        if (entry.is_new)
            tree.remove(entry.name);
        else
            tree.write_end(entry.name, entry.offset, entry.tail);
    }
    tree.sync();
}

} // namespace

void write_journal(const Tree& tree, const Range& range, const Changes& changes)
{
    tree.replace_durably(journal_name, journal_text(range, changes));
}

void end_journal(const Tree& tree)
{
    tree.remove(journal_name);
}

bool undo_journal(const Tree& tree, std::optional<std::uint64_t> last)
{
    const auto text = tree.read(journal_name, max_journal);
    if (!text) return false;
    const Journal journal = Reader(*text).read();
    const bool is_done = last == journal.range.to;
    if (!is_done) undo(tree, journal);
    end_journal(tree);
    return !is_done;
}

} // namespace mn::archive

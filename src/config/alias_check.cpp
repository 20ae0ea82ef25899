#include "config/alias_check.hpp"

#include "base/text.hpp"
#include "config/alias_explain.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace mn::config
{
namespace
{

constexpr std::uint32_t none = TextIndex::none;

/// A loop of hundreds of hops need not be told in full.
constexpr std::size_t longest_path = 20;

std::string text_of(AddressView address)
{
    return lower(cat(address.local, "@", address.domain));
}

class AliasCheck
{
public:
    explicit AliasCheck(const AliasGraph& graph)
        : map_(graph.map()), graph_(graph), sizes_(map_.rows().size())
    {
    }

    std::vector<Problem> problems();

private:
    /// How much an alias expands to; both stop at one more than Postfix allows.
    struct Size {
        std::uint16_t hops = 0;
        std::uint16_t addresses = 0;
    };

    void check_row(std::uint32_t row);
    void check_target(std::uint32_t row, std::size_t position);
    void check_way_back(std::uint32_t row, TextRange target, AddressView address,
                        const Meaning& meaning);
    void check_account_of(const AliasRow& row);
    void check_group(std::span<const std::uint32_t> group);
    void check_loops(std::span<const std::uint32_t> group);
    void check_growing_details(std::span<const std::uint32_t> group);
    void measure(std::span<const std::uint32_t> group);
    void check_size(std::uint32_t row, Size size, Size largest_target);
    void check_foreign_names();
    void check_unused_names();
    void check_postmasters();
    std::vector<std::uint32_t> find_loop(std::span<const std::uint32_t> group);
    bool has_itself_as_target(std::uint32_t row) const;
    std::string path_of(const std::vector<std::uint32_t>& rows) const;
    void add(Severity severity, std::size_t line, std::string what, std::string remedy);

    const AliasMap& map_;
    const AliasGraph& graph_;
    std::vector<Size> sizes_;
    std::vector<Problem> problems_;

    /// For loops: where a row is. Only used for groups of several rows.
    enum class Visit : std::uint8_t { outside, waiting, open, done };
    std::vector<Visit> visits_;
};

std::vector<Problem> AliasCheck::problems()
{
    problems_ = map_.file().problems();
    check_foreign_names();
    check_unused_names();
    check_postmasters();
    for (std::size_t begin = 0; begin < graph_.rows().size();) {
        const auto group = graph_.group(begin);
        check_group(group);
        begin += group.size();
    }
    std::stable_sort(problems_.begin(), problems_.end(),
                     [](const Problem& a, const Problem& b) { return a.line < b.line; });
    return std::move(problems_);
}

void AliasCheck::check_group(std::span<const std::uint32_t> group)
{
    for (const std::uint32_t row : group)
        check_row(row);
    if (group.size() > 1) check_loops(group);
    measure(group);
}

void AliasCheck::check_row(std::uint32_t number)
{
    const AliasRow& row = map_.rows()[number];
    const AliasKind kind = map_.entry(row).kind;
    if (kind == AliasKind::address) check_account_of(row);
    if (kind == AliasKind::catch_all)
        add(Severity::warning, map_.line(row),
            cat("the catch-all takes mail for every name at ", map_.domain(row),
                ", misspelt ones and those that spammers guess included"),
            "list the names that are meant, if you can");
    for (std::size_t i = 0; i < graph_.targets(number).size(); ++i)
        check_target(number, i);
}

void AliasCheck::check_account_of(const AliasRow& row)
{
    if (row.account == none || map_.entry(row).target_count == 0) return;
    const auto goals = map_.file().targets(map_.entry(row));
    const bool keeps_copy = std::any_of(goals.begin(), goals.end(), [&](TextRange target) {
        return map_.is_name_of(row, map_.target(row, target));
    });
    if (keeps_copy) return;
    add(Severity::warning, map_.line(row),
        cat("the account ", map_.key(row), " gets no mail: this alias sends all of it elsewhere"),
        "add the name itself to the targets to keep a copy");
}

void AliasCheck::check_target(std::uint32_t number, std::size_t position)
{
    const Meaning meaning = graph_.meaning(number, position);
    if (meaning.kind == MeaningKind::account || meaning.kind == MeaningKind::external) return;
    const AliasRow& row = map_.rows()[number];
    const TextRange target = graph_.targets(number)[position];
    const AddressView address = map_.target(row, target);
    if (meaning.kind == MeaningKind::unknown) {
        const bool is_relative = map_.file().text(target).find('@') == std::string_view::npos;
        const bool is_bare = map_.entry(row).kind == AliasKind::bare_name;
        add(Severity::error, map_.file().line(target),
            cat("the target ", quote_for_message(text_of(address)),
                " does not exist: it is neither an account nor an alias"),
            is_bare && is_relative ? "write the target with its domain, or make the account"
                                   : "correct it, or make the account");
    } else if (meaning.kind == MeaningKind::alias && meaning.id == number) {
        check_way_back(number, target, address, meaning);
    } else if (meaning.kind == MeaningKind::alias &&
               map_.entry(map_.rows()[meaning.id]).kind == AliasKind::catch_all) {
        add(Severity::warning, map_.file().line(target),
            cat("the target ", quote_for_message(text_of(address)),
                " is neither an account nor an alias: only the catch-all on line ",
                std::to_string(map_.line(map_.rows()[meaning.id])), " takes its mail"),
            "correct it if it is misspelt");
    }
}

/// A target that leads to its own alias at once.
void AliasCheck::check_way_back(std::uint32_t number, TextRange target, AddressView address,
                                const Meaning& meaning)
{
    const AliasRow& row = map_.rows()[number];
    const std::size_t line = map_.file().line(target);
    if (meaning.without_detail) {
        add(Severity::error, line,
            cat("loop: ", map_.key(row), " -> ", text_of(address), " -> ", map_.key(row)),
            "a sub-address of an alias leads back to the alias: use another target");
    } else if (map_.entry(row).kind == AliasKind::catch_all) {
        add(Severity::error, line,
            cat("the target ", quote_for_message(text_of(address)),
                " does not exist: only this catch-all itself would take its mail"),
            "correct it, or make the account");
    } else if (map_.account_of(address) == none) {
        add(Severity::error, line, cat(map_.key(row), " leads to itself, but is no account"),
            "make the account, or take it off the targets");
    }
}

void AliasCheck::check_loops(std::span<const std::uint32_t> group)
{
    const std::vector<std::uint32_t> loop = find_loop(group);
    if (loop.empty()) {
        check_growing_details(group);
        return;
    }
    // Tell it from the line that comes first in the file.
    const auto first = std::min_element(loop.begin(), loop.end());
    std::vector<std::uint32_t> turned(first, loop.end());
    turned.insert(turned.end(), loop.begin(), first);
    add(Severity::error, map_.line(map_.rows()[turned.front()]), cat("loop: ", path_of(turned)),
        "take one of these targets away");
}

/// Aliases that lead to each other are no loop if each has itself as a target, for Postfix follows
/// such an address once. But with a detail added on the way, it is a new address each time.
void AliasCheck::check_growing_details(std::span<const std::uint32_t> group)
{
    for (const std::uint32_t row : group)
        visits_[row] = Visit::waiting;
    for (const std::uint32_t row : group) {
        for (std::size_t i = 0; i < graph_.targets(row).size(); ++i) {
            const Meaning meaning = graph_.meaning(row, i);
            if (meaning.kind != MeaningKind::alias || !meaning.without_detail ||
                meaning.id == row || visits_[meaning.id] != Visit::waiting)
                continue;
            const TextRange target = graph_.targets(row)[i];
            add(Severity::error, map_.file().line(target),
                cat("loop: ", map_.key(map_.rows()[row]), " -> ",
                    text_of(map_.target(map_.rows()[row], target)),
                    " leads back with a longer address each time"),
                "use a target without \"+\"");
        }
    }
    for (const std::uint32_t row : group)
        visits_[row] = Visit::outside;
}

/// The rows of a loop in the group, each leading to the next and the last to the first; empty if
/// Postfix comes to an end in it. Depth first, with a stack of its own.
std::vector<std::uint32_t> AliasCheck::find_loop(std::span<const std::uint32_t> group)
{
    visits_.resize(map_.rows().size(), Visit::outside);
    for (const std::uint32_t row : group)
        visits_[row] = has_itself_as_target(row) ? Visit::outside : Visit::waiting;
    std::vector<std::uint32_t> path;
    std::vector<std::size_t> next_targets;
    std::vector<std::uint32_t> loop;
    const auto enter = [&](std::uint32_t row) {
        visits_[row] = Visit::open;
        path.push_back(row);
        next_targets.push_back(0);
    };
    for (std::size_t i = 0; i < group.size() && loop.empty(); ++i) {
        if (visits_[group[i]] == Visit::waiting) enter(group[i]);
        while (!path.empty() && loop.empty()) {
            const std::uint32_t row = path.back();
            if (next_targets.back() == graph_.targets(row).size()) {
                visits_[row] = Visit::done;
                path.pop_back();
                next_targets.pop_back();
                continue;
            }
            const std::uint32_t next = graph_.next_row(row, next_targets.back()++);
            if (next == none) continue;
            if (visits_[next] == Visit::waiting)
                enter(next);
            else if (visits_[next] == Visit::open)
                loop.assign(std::find(path.begin(), path.end(), next), path.end());
        }
    }
    for (const std::uint32_t row : group)
        visits_[row] = Visit::outside;
    return loop;
}

bool AliasCheck::has_itself_as_target(std::uint32_t number) const
{
    const AliasRow& row = map_.rows()[number];
    const auto goals = graph_.targets(number);
    return std::any_of(goals.begin(), goals.end(), [&](TextRange target) {
        return map_.is_name_of(row, map_.target(row, target));
    });
}

std::string AliasCheck::path_of(const std::vector<std::uint32_t>& rows) const
{
    std::string path;
    for (std::size_t i = 0; i < std::min(rows.size(), longest_path); ++i)
        path.append(map_.key(map_.rows()[rows[i]])).append(" -> ");
    if (rows.size() > longest_path)
        path.append(cat("(", std::to_string(rows.size() - longest_path), " more) -> "));
    return path.append(map_.key(map_.rows()[rows.front()]));
}

/// What the aliases of a group expand to. Addresses are counted as often as they come up, as
/// Postfix does. Within a group of several, all get the same figures, which are not too low.
void AliasCheck::measure(std::span<const std::uint32_t> group)
{
    std::size_t addresses = 0;
    Size largest{};
    for (const std::uint32_t row : group) {
        for (std::size_t i = 0; i < graph_.targets(row).size(); ++i) {
            const std::uint32_t next = graph_.next_row(row, i);
            const Size size = next == none ? Size{0, 1} : sizes_[next];
            addresses += std::max<std::size_t>(size.addresses, 1);
            largest.hops = std::max(largest.hops, size.hops);
            largest.addresses = std::max(largest.addresses, size.addresses);
        }
    }
    const Size size{
        static_cast<std::uint16_t>(std::min(largest.hops + group.size(), max_alias_hops + 1)),
        static_cast<std::uint16_t>(std::min(addresses, max_alias_targets + 1))};
    for (const std::uint32_t row : group)
        sizes_[row] = size;
    check_size(group.front(), size, largest);
}

/// Complains where a limit is passed, not about all that leads there.
void AliasCheck::check_size(std::uint32_t row, Size size, Size largest_target)
{
    const std::size_t line = map_.line(map_.rows()[row]);
    if (size.hops > max_alias_hops && largest_target.hops <= max_alias_hops)
        add(Severity::error, line,
            cat(map_.key(map_.rows()[row]), " leads through more than ",
                std::to_string(max_alias_hops), " aliases; Postfix would give up"),
            "point it at the end of the chain");
    if (size.addresses > max_alias_targets && largest_target.addresses <= max_alias_targets)
        add(Severity::error, line,
            cat(map_.key(map_.rows()[row]), " leads to more than ",
                std::to_string(max_alias_targets), " addresses; Postfix would give up"),
            "make it a mailing list");
}

void AliasCheck::check_foreign_names()
{
    for (const std::uint32_t id : map_.foreign_entries()) {
        const AliasEntry& entry = map_.file().entries()[id];
        const std::string_view name = map_.file().name(entry);
        add(Severity::error, map_.file().line(entry),
            cat(quote_for_message(name), " is not at a domain of this node"),
            cat("correct it, or add ", split_address(name, {}).domain, " to the domains"));
    }
}

void AliasCheck::check_unused_names()
{
    const auto& rows = map_.rows();
    for (std::size_t begin = 0; begin < rows.size();) {
        std::size_t end = begin;
        bool is_used = false;
        for (; end < rows.size() && rows[end].entry == rows[begin].entry; ++end)
            is_used = is_used || rows[end].is_used;
        if (!is_used)
            add(Severity::warning, map_.line(rows[begin]),
                cat(quote_for_message(map_.file().name(map_.entry(rows[begin]))),
                    " is never used: at every domain there is an alias or account of the name"),
                "remove the line");
        begin = end;
    }
}

/// Every domain that takes mail has a postmaster. [RFC5321 4.5.1]
void AliasCheck::check_postmasters()
{
    for (const std::string& domain : map_.domains())
        if (map_.meaning({"postmaster", domain}).kind == MeaningKind::unknown)
            add(Severity::warning, 0, cat("there is no postmaster at ", domain),
                "add a line \"postmaster USER@DOMAIN\", which serves all domains");
}

void AliasCheck::add(Severity severity, std::size_t line, std::string what, std::string remedy)
{
    problems_.push_back(
        {severity, map_.file().file_name(), line, std::move(what), std::move(remedy)});
}

} // namespace

std::vector<Problem> check_aliases(const AliasGraph& graph)
{
    return AliasCheck(graph).problems();
}

} // namespace mn::config

// Reads userconfig/aliases, format mn-aliases(5): who gets the mail for a name.
//
//   AliasFile file = parse_aliases(read_file("userconfig/aliases", max_alias_file), "aliases");
//   for (const AliasEntry& entry : file.entries()) use(file.name(entry), file.targets(entry));
//
// This is about the text alone: whether the targets exist is alias_check.hpp's business.
// Lines that are wrong say why in problems(): one without a good name is left out, one with a good
// name stays without targets, so that others may point at it. Everything is kept as offsets into
// the one buffer, so that a million lines need about twice their own size in memory.
#pragma once

#include "config/problem.hpp"
#include "config/text_index.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mn::config
{

/// Offsets have 32 bits; and nobody means to have a gigabyte of aliases.
inline constexpr std::size_t max_alias_file = std::size_t{1} << 30;

/// Targets on one line, and addresses that one address may lead to: Postfix's own
/// virtual_alias_expansion_limit. It would keep mail for such an alias in its queue.
inline constexpr std::size_t max_alias_targets = 1000;

/// A piece of the file.
struct TextRange {
    std::uint32_t offset;
    std::uint32_t size;
};

enum class AliasKind : std::uint8_t {
    address,   ///< user@domain
    bare_name, ///< postmaster: the name at every hosted domain
    catch_all, ///< @domain: everything else there
};

struct AliasEntry {
    TextRange name;
    std::uint32_t first_target;
    std::uint16_t target_count;
    AliasKind kind;
};

class AliasFile
{
public:
    const std::vector<AliasEntry>& entries() const { return entries_; }
    const std::vector<Problem>& problems() const { return problems_; }
    const std::string& file_name() const { return file_name_; }

    /// Names and targets are as written in the file, upper case included; valid as long as the
    /// AliasFile is.
    std::string_view text(TextRange range) const;
    std::string_view name(const AliasEntry& entry) const { return text(entry.name); }
    std::span<const TextRange> targets(const AliasEntry& entry) const;

    std::size_t line(TextRange range) const;
    std::size_t line(const AliasEntry& entry) const { return line(entry.name); }

    /// The entry of this name ("user@domain", "name" or "@domain", lower case), or none.
    std::uint32_t find(std::string_view folded_name) const;

private:
    friend class AliasParser;

    std::string file_name_;
    std::string text_;
    std::vector<std::uint32_t> line_starts_;
    std::vector<AliasEntry> entries_;
    std::vector<TextRange> targets_;
    TextIndex index_;
    std::vector<Problem> problems_;
};

/// file_name is for the problems. Throws Error when the text is longer than max_alias_file.
AliasFile parse_aliases(std::string text, const std::string& file_name);

/// A text of the file in quotes for a message, shortened when it is long.
std::string quote_for_message(std::string_view text);

} // namespace mn::config

// What an address means to Postfix: aliases, accounts and hosted domains put together.
//
//   AliasMap map(file, accounts, {"example.test"});
//   Meaning meaning = map.meaning("info", "example.test");
//   if (meaning.kind == MeaningKind::alias) use(map.rows()[meaning.id]);
//
// The order of lookup is that of Postfix's virtual(5) with recipient_delimiter "+", which sees the
// tables of alias_tables.hpp: the whole address; the address without its "+detail"; the catch-all.
// In each of the first two steps an alias of the full address beats an account, and both beat an
// alias of the name alone. alias_tables.cpp and this file must say the same; the tests ask both.
#pragma once

#include "config/aliases.hpp"
#include "config/passwd.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mn::config
{

enum class MeaningKind : std::uint8_t {
    alias,    ///< id: a row
    account,  ///< id: an account
    external, ///< at a domain that is not hosted here
    unknown,  ///< at a hosted domain, but nobody
};

struct Meaning {
    MeaningKind kind;
    bool without_detail = false; ///< found only after "+detail" was taken off
    std::uint32_t id = 0;
};

/// One line of the table that Postfix gets: an alias at one hosted domain. The entry of a bare name
/// has a row for each of them.
struct AliasRow {
    std::uint32_t entry;
    std::uint32_t domain;
    std::uint32_t account; ///< the account of the same full address, or none
    bool is_used; ///< false: a bare name, and here an alias or account of the full address beats it
};

/// An address taken apart. Views of somebody else's text.
struct AddressView {
    std::string_view local;
    std::string_view domain;
};

/// Split at the "@"; without one, the domain is `domain`.
AddressView split_address(std::string_view text, std::string_view domain);

/// Where the "+detail" of a local part begins, as Postfix sees it: npos if there is none.
std::size_t detail_position(std::string_view local);

class AliasMap
{
public:
    /// Keeps references to file and accounts. Domains: in lower case, no duplicates.
    AliasMap(const AliasFile& file, const std::vector<Account>& accounts,
             std::vector<std::string> domains);
    AliasMap(const AliasMap&) = delete;
    AliasMap& operator=(const AliasMap&) = delete;

    const AliasFile& file() const { return file_; }
    const std::vector<Account>& accounts() const { return accounts_; }
    const std::vector<std::string>& domains() const { return domains_; }
    const std::vector<AliasRow>& rows() const { return rows_; }

    /// Entries whose own domain is not hosted: they have no row.
    const std::vector<std::uint32_t>& foreign_entries() const { return foreign_entries_; }

    const AliasEntry& entry(const AliasRow& row) const { return file_.entries()[row.entry]; }
    const std::string& domain(const AliasRow& row) const { return domains_[row.domain]; }
    std::size_t line(const AliasRow& row) const { return file_.line(entry(row)); }

    /// user@domain or @domain, in lower case.
    std::string key(const AliasRow& row) const;

    /// A target as an address: the row's domain is added when it has none.
    AddressView target(const AliasRow& row, TextRange target) const
    {
        return split_address(file_.text(target), domain(row));
    }

    Meaning meaning(AddressView address) const;

    /// True if the address is the very name of the row: a row that has itself as a target. Postfix
    /// takes such an address as final.
    bool is_name_of(const AliasRow& row, AddressView address) const;

    /// The account of exactly this address, whatever the aliases say; TextIndex::none if none.
    std::uint32_t account_of(AddressView address) const;

    /// The number of a hosted domain (any case), or none.
    std::uint32_t find_domain(std::string_view domain) const;

    /// The catch-all row of a domain, or none.
    std::uint32_t catch_all(std::uint32_t domain) const { return catch_alls_[domain]; }

private:
    void index_domains();
    void index_accounts();
    void make_rows();
    void make_bare_rows(std::uint32_t entry);
    Meaning exact_meaning(AddressView address, std::uint32_t domain) const;
    std::uint32_t find_account(std::string_view folded) const;

    const AliasFile& file_;
    const std::vector<Account>& accounts_;
    std::vector<std::string> domains_;
    TextIndex domain_index_;
    TextIndex account_index_;
    std::vector<std::string> account_keys_;
    std::vector<AliasRow> rows_;
    std::vector<std::uint32_t> first_rows_; ///< by entry
    std::vector<std::uint32_t> catch_alls_; ///< by domain
    std::vector<std::uint32_t> foreign_entries_;
};

} // namespace mn::config

#include "config/alias_map.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <utility>

namespace mn::config
{
namespace
{

constexpr std::uint32_t none = TextIndex::none;

constexpr std::size_t few_domains = 4;

/// More would not fit into memory anyway.
constexpr std::size_t max_rows = 100'000'000;

} // namespace

AddressView split_address(std::string_view text, std::string_view domain)
{
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos) return {text, domain};
    return {text.substr(0, at), text.substr(at + 1)};
}

std::size_t detail_position(std::string_view local)
{
    // A delimiter in first or last place takes nothing off. Nor does Postfix take anything off
    // names of its own, but these contain no delimiter.
    const std::size_t at = local.find('+');
    if (at == 0 || at == std::string_view::npos) return std::string_view::npos;
    return at;
}

AliasMap::AliasMap(const AliasFile& file, const std::vector<Account>& accounts,
                   std::vector<std::string> domains)
    : file_(file), accounts_(accounts), domains_(std::move(domains))
{
    index_domains();
    index_accounts();
    make_rows();
}

void AliasMap::index_domains()
{
    const auto text_of = [this](std::uint32_t id) { return std::string_view(domains_[id]); };
    for (std::uint32_t id = 0; id < domains_.size(); ++id)
        domain_index_.insert(domains_[id], id, text_of);
    catch_alls_.assign(domains_.size(), none);
}

void AliasMap::index_accounts()
{
    account_keys_.reserve(accounts_.size());
    account_index_.reserve(accounts_.size());
    const auto text_of = [this](std::uint32_t id) { return std::string_view(account_keys_[id]); };
    for (const Account& account : accounts_) {
        account_keys_.push_back(account.address.key());
        account_index_.insert(account_keys_.back(),
                              static_cast<std::uint32_t>(account_keys_.size() - 1), text_of);
    }
}

void AliasMap::make_rows()
{
    const auto& entries = file_.entries();
    rows_.reserve(entries.size());
    first_rows_.assign(entries.size(), none);
    for (std::uint32_t id = 0; id < entries.size(); ++id) {
        first_rows_[id] = static_cast<std::uint32_t>(rows_.size());
        if (rows_.size() + domains_.size() > max_rows)
            throw Error("4.3.0", "mail system error",
                        cat(file_.file_name(), " makes more than 100 million aliases."));
        if (entries[id].kind == AliasKind::bare_name) {
            make_bare_rows(id);
            continue;
        }
        const std::uint32_t domain = find_domain(split_address(file_.name(entries[id]), {}).domain);
        if (domain == none) {
            foreign_entries_.push_back(id);
            continue;
        }
        if (entries[id].kind == AliasKind::catch_all) catch_alls_[domain] = first_rows_[id];
        rows_.push_back(
            {id, domain, find_account(FoldedText(file_.name(entries[id])).text()), true});
    }
}

void AliasMap::make_bare_rows(std::uint32_t entry)
{
    const std::string_view name = file_.name(file_.entries()[entry]);
    for (std::uint32_t domain = 0; domain < domains_.size(); ++domain) {
        const FoldedText key(name, domains_[domain]);
        const bool is_beaten = file_.find(key.text()) != none || find_account(key.text()) != none;
        rows_.push_back({entry, domain, none, !is_beaten});
    }
}

std::string AliasMap::key(const AliasRow& row) const
{
    const AliasEntry& named = entry(row);
    std::string text = lower(file_.name(named));
    if (named.kind == AliasKind::bare_name) text.append("@").append(domain(row));
    return text;
}

std::uint32_t AliasMap::account_of(AddressView address) const
{
    return find_account(FoldedText(address.local, address.domain).text());
}

std::uint32_t AliasMap::find_account(std::string_view folded) const
{
    return account_index_.find(
        folded, [this](std::uint32_t id) { return std::string_view(account_keys_[id]); });
}

std::uint32_t AliasMap::find_domain(std::string_view domain) const
{
    // Few nodes have more, and this is asked about every target.
    if (domains_.size() <= few_domains) {
        for (std::uint32_t id = 0; id < domains_.size(); ++id)
            if (is_same_folded(domain, domains_[id])) return id;
        return none;
    }
    return domain_index_.find(FoldedText(domain).text(),
                              [this](std::uint32_t id) { return std::string_view(domains_[id]); });
}

Meaning AliasMap::exact_meaning(AddressView address, std::uint32_t domain) const
{
    const FoldedText key(address.local, address.domain);
    const std::uint32_t exact = file_.find(key.text());
    if (exact != none) return {MeaningKind::alias, false, first_rows_[exact]};
    const std::uint32_t account = find_account(key.text());
    if (account != none) return {MeaningKind::account, false, account};
    const std::uint32_t bare = file_.find(FoldedText(address.local).text());
    if (bare != none) return {MeaningKind::alias, false, first_rows_[bare] + domain};
    return {MeaningKind::unknown};
}

Meaning AliasMap::meaning(AddressView address) const
{
    const std::uint32_t domain = find_domain(address.domain);
    if (domain == none) return {MeaningKind::external};
    Meaning found = exact_meaning(address, domain);
    if (found.kind != MeaningKind::unknown) return found;
    const std::size_t detail = detail_position(address.local);
    if (detail != std::string_view::npos) {
        found = exact_meaning({address.local.substr(0, detail), address.domain}, domain);
        found.without_detail = true;
        if (found.kind != MeaningKind::unknown) return found;
    }
    if (catch_alls_[domain] != none) return {MeaningKind::alias, false, catch_alls_[domain]};
    return {MeaningKind::unknown};
}

bool AliasMap::is_name_of(const AliasRow& row, AddressView address) const
{
    const AliasEntry& named = entry(row);
    if (named.kind == AliasKind::catch_all) return false;
    const AddressView name = split_address(file_.name(named), domain(row));
    return equal_ignoring_case(name.local, address.local) &&
           equal_ignoring_case(name.domain, address.domain);
}

} // namespace mn::config

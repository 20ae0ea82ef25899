#include "config/alias_tables.hpp"

#include "base/text.hpp"
#include "config/forwarding.hpp"
#include "config/login_sets.hpp"
#include "config/table_file.hpp"
#include "message/forward_address.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace mn::config
{
namespace
{

constexpr std::uint32_t none = TextIndex::none;
constexpr mode_t table_mode = 0644;

/// The service of master.cf that runs mn-alias --forward.
constexpr std::string_view forward_transport = "mn-forward";

/// No login is called so: they are all full addresses. For addresses whose mail goes elsewhere
/// only, at a domain with a catch-all; without it, Postfix would go on to look for @domain.
constexpr std::string_view nobody = "nobody";

class AliasTables
{
public:
    AliasTables(const AliasGraph& graph, std::string first_line, const std::string& forwarding)
        : map_(graph.map()), graph_(graph), first_line_(std::move(first_line)),
          return_addresses_(return_addresses(forwarding)), hosted_(hosted_accounts())
    {
    }

    void write_virtual_alias(TableFile& table);
    void write_recipients(TableFile& table);
    void write_senders(TableFile& table);
    void write_transport(TableFile& table);

private:
    struct HostedAccount {
        std::uint32_t id;
        std::uint32_t domain;
    };

    std::vector<HostedAccount> hosted_accounts() const;
    std::vector<std::uint32_t> collect_logins(LoginSets& sets) const;
    std::uint32_t logins_of_target(std::uint32_t row, std::size_t position,
                                   const std::vector<std::uint32_t>& known,
                                   const LoginSets& sets) const;
    std::uint32_t with_own_account(const AliasRow& row, std::uint32_t logins,
                                   LoginSets& sets) const;
    bool has_exact_alias(std::uint32_t account) const;
    void append_folded(std::string_view text);
    void append_key(const AliasRow& row);
    void append_target(std::uint32_t row, std::size_t position);
    void append_logins(std::span<const std::uint32_t> accounts);

    const AliasMap& map_;
    const AliasGraph& graph_;
    std::string first_line_;
    std::vector<std::string> return_addresses_; ///< empty: no forwarding
    std::vector<HostedAccount> hosted_;
    std::string line_;
};

/// The accounts at our domains; of two with the same name, the first.
std::vector<AliasTables::HostedAccount> AliasTables::hosted_accounts() const
{
    std::vector<HostedAccount> hosted;
    for (std::uint32_t id = 0; id < map_.accounts().size(); ++id) {
        const Address& address = map_.accounts()[id].address;
        const std::uint32_t domain = map_.find_domain(address.domain);
        if (domain != none && map_.account_of({address.local, address.domain}) == id)
            hosted.push_back({id, domain});
    }
    return hosted;
}

void AliasTables::write_virtual_alias(TableFile& table)
{
    table.write(first_line_);
    for (std::uint32_t row = 0; row < map_.rows().size(); ++row) {
        if (!map_.rows()[row].is_used) continue;
        line_.clear();
        append_key(map_.rows()[row]);
        for (std::size_t i = 0; i < graph_.targets(row).size(); ++i) {
            line_.push_back(i == 0 ? ' ' : ',');
            append_target(row, i);
        }
        line_.push_back('\n');
        table.write(line_);
    }
    for (const HostedAccount& account : hosted_) {
        if (map_.catch_all(account.domain) == none || has_exact_alias(account.id)) continue;
        const std::string key = map_.accounts()[account.id].address.key();
        table.write(cat(key, " ", key, "\n"));
    }
    // Nor is what comes back for the catch-all.
    for (const std::string& address : return_addresses_)
        if (map_.catch_all(map_.find_domain(split_address(address, {}).domain)) != none)
            table.write(cat(address, " ", address, "\n"));
}

void AliasTables::write_recipients(TableFile& table)
{
    table.write(first_line_);
    for (const HostedAccount& account : hosted_) {
        const std::string key = map_.accounts()[account.id].address.key();
        table.write(cat(key, " ", key, "\n"));
    }
    for (const std::string& address : return_addresses_)
        table.write(cat(address, " ", address, "\n"));
}

void AliasTables::write_transport(TableFile& table)
{
    table.write(first_line_);
    if (return_addresses_.empty()) return;
    table.write(cat(forward_domain, " ", forward_transport, ":\n"));
    for (const std::string& address : return_addresses_)
        table.write(cat(address, " ", forward_transport, ":\n"));
}

void AliasTables::write_senders(TableFile& table)
{
    table.write(first_line_);
    LoginSets sets(map_.accounts().size());
    const std::vector<std::uint32_t> logins = collect_logins(sets);
    for (const HostedAccount& account : hosted_) {
        if (has_exact_alias(account.id)) continue;
        const std::string key = map_.accounts()[account.id].address.key();
        table.write(cat(key, " ", key, "\n"));
    }
    for (std::uint32_t number = 0; number < map_.rows().size(); ++number) {
        const AliasRow& row = map_.rows()[number];
        const auto members = sets.members(with_own_account(row, logins[number], sets));
        if (!row.is_used || (members.empty() && map_.catch_all(row.domain) == none)) continue;
        line_.clear();
        append_key(row);
        line_.push_back(' ');
        append_logins(members);
        line_.push_back('\n');
        table.write(line_);
    }
}

/// By row, the set of accounts it leads to, however far.
std::vector<std::uint32_t> AliasTables::collect_logins(LoginSets& sets) const
{
    std::vector<std::uint32_t> known(map_.rows().size(), LoginSets::empty);
    std::vector<std::uint32_t> parts;
    for (std::size_t begin = 0; begin < graph_.rows().size();) {
        const auto group = graph_.group(begin);
        parts.clear();
        for (const std::uint32_t row : group)
            for (std::size_t i = 0; i < graph_.targets(row).size(); ++i)
                parts.push_back(logins_of_target(row, i, known, sets));
        const std::uint32_t united = sets.unite(parts);
        for (const std::uint32_t row : group)
            known[row] = united;
        begin += group.size();
    }
    return known;
}

/// An account may send as itself even if an alias of the same name sends all its mail elsewhere.
std::uint32_t AliasTables::with_own_account(const AliasRow& row, std::uint32_t logins,
                                            LoginSets& sets) const
{
    if (row.account == none) return logins;
    std::vector<std::uint32_t> parts{logins, sets.of_account(row.account)};
    return sets.unite(parts);
}

std::uint32_t AliasTables::logins_of_target(std::uint32_t row, std::size_t position,
                                            const std::vector<std::uint32_t>& known,
                                            const LoginSets& sets) const
{
    const Meaning meaning = graph_.meaning(row, position);
    if (meaning.kind == MeaningKind::account) return sets.of_account(meaning.id);
    if (meaning.kind != MeaningKind::alias) return LoginSets::empty;
    if (meaning.id != row) return known[meaning.id];
    const std::uint32_t itself = map_.rows()[row].account;
    return itself == none ? LoginSets::empty : sets.of_account(itself);
}

bool AliasTables::has_exact_alias(std::uint32_t account) const
{
    return map_.file().find(map_.accounts()[account].address.key()) != none;
}

void AliasTables::append_folded(std::string_view text)
{
    for (const char c : text)
        line_.push_back(fold(c));
}

void AliasTables::append_key(const AliasRow& row)
{
    append_folded(map_.file().name(map_.entry(row)));
    if (map_.entry(row).kind != AliasKind::bare_name) return;
    line_.push_back('@');
    line_.append(map_.domain(row));
}

/// Local parts at other people's domains stay as they are: case may matter there. [RFC5321 2.4]
void AliasTables::append_target(std::uint32_t row, std::size_t position)
{
    const AddressView address = map_.target(map_.rows()[row], graph_.targets(row)[position]);
    const bool is_external = graph_.meaning(row, position).kind == MeaningKind::external;
    if (is_external && !return_addresses_.empty()) {
        line_.append(forward_address(address.local, address.domain));
        return;
    }
    if (is_external) {
        line_.append(address.local);
    } else {
        const std::size_t detail = std::min(detail_position(address.local), address.local.size());
        append_folded(address.local.substr(0, detail));
        line_.append(address.local.substr(detail));
    }
    line_.push_back('@');
    append_folded(address.domain);
}

void AliasTables::append_logins(std::span<const std::uint32_t> accounts)
{
    if (accounts.empty()) line_.append(nobody);
    for (const std::uint32_t account : accounts) {
        if (account != accounts.front()) line_.push_back(',');
        const Address& address = map_.accounts()[account].address;
        append_folded(address.local);
        line_.push_back('@');
        line_.append(address.domain);
    }
}

} // namespace

void write_alias_tables(const AliasGraph& graph, const std::string& directory,
                        const std::string& made_by, const std::string& forwarding)
{
    AliasTables tables(graph, cat("# ", printable(made_by), "\n"), forwarding);
    const auto write = [&](const char* name, void (AliasTables::*write_lines)(TableFile&)) {
        TableFile table(cat(directory, "/", name), table_mode);
        (tables.*write_lines)(table);
        table.commit();
    };
    if (!forwarding.empty()) write("transport", &AliasTables::write_transport);
    write("recipients", &AliasTables::write_recipients);
    write("virtual_alias", &AliasTables::write_virtual_alias);
    write("senders", &AliasTables::write_senders);
}

} // namespace mn::config

#include "config/alias_explain.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace mn::config
{
namespace
{

/// Postfix's virtual_alias_address_length_limit.
constexpr std::size_t max_address = 1000;

/// A loop of hundreds of hops need not be told in full.
constexpr std::size_t longest_path = 20;

std::string text_of(AddressView address)
{
    return cat(address.local, "@", lower(address.domain));
}

/// The user in lower case, the detail as it is: it may name a folder.
std::string local_text_of(AddressView address)
{
    const std::size_t detail = std::min(detail_position(address.local), address.local.size());
    return cat(lower(address.local.substr(0, detail)), address.local.substr(detail), "@",
               lower(address.domain));
}

/// Walks the tree with a stack of its own: a file may nest aliases deeper than our stack goes.
class Walk
{
public:
    explicit Walk(const AliasMap& map) : map_(map) {}

    std::vector<Hop> from(const Address& address);

private:
    /// An alias whose targets are being visited.
    struct Frame {
        std::uint32_t row;
        std::string address;
        std::string key;
        std::string detail; ///< with its "+"; to be put onto the targets
        std::size_t next_target = 0;
    };
    enum class State { open, done };

    void visit(AddressView address, std::size_t named_on);
    void visit_alias(AddressView address, Hop hop, const Meaning& meaning);
    void visit_next_target();
    void visit_itself(AddressView address, std::size_t named_on);
    bool leads_to_itself(const Frame& frame) const;
    std::string target_text(const Frame& frame, TextRange target) const;
    std::string path_to(const std::string& key) const;
    void add_final(Hop hop);

    const AliasMap& map_;
    std::vector<Hop> hops_;
    std::vector<Frame> frames_;
    std::unordered_map<std::string, State> states_;
    std::size_t finals_ = 0;
};

std::vector<Hop> Walk::from(const Address& address)
{
    visit({address.local, address.domain}, 0);
    while (!frames_.empty() && finals_ <= max_alias_targets) {
        Frame& frame = frames_.back();
        if (frame.next_target < map_.entry(map_.rows()[frame.row]).target_count) {
            visit_next_target();
        } else {
            states_[frame.key] = State::done;
            frames_.pop_back();
        }
    }
    return std::move(hops_);
}

void Walk::visit(AddressView address, std::size_t named_on)
{
    const Meaning meaning = map_.meaning(address);
    Hop hop{HopKind::unknown, frames_.size(), {}, named_on};
    hop.without_detail = meaning.without_detail;
    switch (meaning.kind) {
    case MeaningKind::alias:
        visit_alias(address, std::move(hop), meaning);
        return;
    case MeaningKind::external:
        hop.kind = HopKind::external;
        hop.address = text_of(address);
        break;
    case MeaningKind::account:
        hop.kind = HopKind::account;
        hop.is_disabled = map_.accounts()[meaning.id].disabled;
        hop.address = local_text_of(address);
        break;
    case MeaningKind::unknown:
        hop.address = local_text_of(address);
        break;
    }
    add_final(std::move(hop));
}

void Walk::visit_alias(AddressView address, Hop hop, const Meaning& meaning)
{
    const AliasRow& row = map_.rows()[meaning.id];
    hop.kind = HopKind::alias;
    hop.address = local_text_of(address);
    hop.line = map_.line(row);
    hop.via = map_.entry(row).kind;
    Frame frame{meaning.id, hop.address, lower(hop.address), {}};
    if (meaning.without_detail) frame.detail = address.local.substr(detail_position(address.local));
    const auto known = states_.find(frame.key);
    if (known != states_.end()) {
        // Postfix takes an address that has itself as a target as final when it comes again.
        if (known->second == State::open && !leads_to_itself(frame)) {
            hop.kind = HopKind::loop;
            hop.path = path_to(frame.key);
        } else {
            hop.is_repeated = true;
        }
    } else if (frames_.size() >= max_alias_hops || hop.address.size() > max_address) {
        hop.kind = HopKind::limit;
    } else {
        states_.emplace(frame.key, State::open);
        frames_.push_back(std::move(frame));
    }
    hops_.push_back(std::move(hop));
}

void Walk::visit_next_target()
{
    Frame& frame = frames_.back();
    const AliasRow& row = map_.rows()[frame.row];
    const TextRange target = map_.file().targets(map_.entry(row))[frame.next_target++];
    const std::string text = target_text(frame, target);
    const AddressView address = split_address(text, {});
    const std::size_t named_on = map_.file().line(target);
    if (equal_ignoring_case(text, frame.key))
        visit_itself(address, named_on);
    else
        visit(address, named_on);
}

void Walk::visit_itself(AddressView address, std::size_t named_on)
{
    const std::string_view user = address.local.substr(0, detail_position(address.local));
    std::uint32_t account = map_.account_of(address);
    Hop hop{HopKind::unknown, frames_.size(), local_text_of(address), named_on};
    if (account == TextIndex::none) {
        account = map_.account_of({user, address.domain});
        hop.without_detail = account != TextIndex::none;
    }
    if (account != TextIndex::none) {
        hop.kind = HopKind::account;
        hop.is_disabled = map_.accounts()[account].disabled;
    }
    add_final(std::move(hop));
}

bool Walk::leads_to_itself(const Frame& frame) const
{
    const auto targets = map_.file().targets(map_.entry(map_.rows()[frame.row]));
    return std::any_of(targets.begin(), targets.end(), [&](TextRange target) {
        return equal_ignoring_case(target_text(frame, target), frame.key);
    });
}

std::string Walk::target_text(const Frame& frame, TextRange target) const
{
    const AddressView address = map_.target(map_.rows()[frame.row], target);
    return cat(address.local, frame.detail, "@", address.domain);
}

std::string Walk::path_to(const std::string& key) const
{
    const auto begin = std::find_if(frames_.begin(), frames_.end(),
                                    [&](const Frame& frame) { return frame.key == key; });
    const auto length = static_cast<std::size_t>(frames_.end() - begin);
    std::string path;
    for (std::size_t i = 0; i < std::min(length, longest_path); ++i)
        path.append((begin + static_cast<std::ptrdiff_t>(i))->address).append(" -> ");
    if (length > longest_path)
        path.append(cat("(", std::to_string(length - longest_path), " more) -> "));
    return path.append(begin->address);
}

void Walk::add_final(Hop hop)
{
    // The targets that come after are not looked at: from() stops.
    if (++finals_ > max_alias_targets) hop.kind = HopKind::limit;
    hops_.push_back(std::move(hop));
}

std::string_view name_of(HopKind kind)
{
    constexpr std::string_view names[] = {"alias",   "account", "external",
                                          "unknown", "loop",    "limit"};
    return names[static_cast<std::size_t>(kind)];
}

std::string_view name_of(AliasKind kind)
{
    constexpr std::string_view names[] = {"exact", "bare name", "catch-all"};
    return names[static_cast<std::size_t>(kind)];
}

std::string describe_alias(const Hop& hop)
{
    std::string text = cat("alias, line ", std::to_string(hop.line));
    if (hop.via == AliasKind::bare_name) text.append(", name at every domain");
    if (hop.via == AliasKind::catch_all) text.append(", catch-all");
    if (hop.without_detail) text.append(", sub-address");
    if (hop.is_repeated) text.append(", see above");
    return text;
}

std::string describe_kind(const Hop& hop)
{
    switch (hop.kind) {
    case HopKind::alias:
        return describe_alias(hop);
    case HopKind::account:
        return cat("account", hop.without_detail ? ", sub-address" : "",
                   hop.is_disabled ? ", disabled: takes mail, cannot log in" : "");
    case HopKind::external:
        return hop.is_forwarded ? "elsewhere, forwarded with a new envelope sender" : "elsewhere";
    case HopKind::unknown:
        return "unknown: neither account nor alias";
    case HopKind::loop:
        return cat("loop: ", hop.path);
    case HopKind::limit:
        return "more hops or addresses than Postfix follows";
    }
    return {};
}

} // namespace

std::vector<Hop> explain(const AliasMap& map, const Address& address)
{
    return Walk(map).from(address);
}

std::vector<std::string> senders(const AliasMap& map, const Address& address)
{
    const AddressView view{address.local, address.domain};
    const Meaning meaning = map.meaning(view);
    std::vector<std::string> logins;
    if (meaning.kind == MeaningKind::account) return {map.accounts()[meaning.id].address.key()};
    if (meaning.kind != MeaningKind::alias) return logins;

    // The rights belong to the name in the table, so the detail plays no part.
    const AliasRow& row = map.rows()[meaning.id];
    const bool is_catch_all = map.entry(row).kind == AliasKind::catch_all;
    const std::string name = is_catch_all ? address.key() : map.key(row);
    const AddressView name_view = split_address(name, {});
    const Address asked{std::string(name_view.local), std::string(name_view.domain)};
    for (const Hop& hop : explain(map, asked)) {
        if (hop.kind != HopKind::account) continue;
        const AddressView account = split_address(hop.address, {});
        const std::string_view user = hop.without_detail
                                          ? account.local.substr(0, detail_position(account.local))
                                          : account.local;
        logins.push_back(lower(cat(user, "@", account.domain)));
    }
    if (map.account_of(name_view) != TextIndex::none) logins.push_back(name);
    std::sort(logins.begin(), logins.end());
    logins.erase(std::unique(logins.begin(), logins.end()), logins.end());
    return logins;
}

std::string describe(const Hop& hop)
{
    return cat(std::string(2 * hop.depth, ' '), hop.address, ": ", describe_kind(hop));
}

Json to_json(const Hop& hop)
{
    Json json;
    json.add("kind", name_of(hop.kind)).add("depth", hop.depth).add("address", hop.address);
    if (hop.named_on > 0) json.add("named_on", hop.named_on);
    if (hop.kind == HopKind::alias) json.add("line", hop.line).add("via", name_of(hop.via));
    if (hop.without_detail) json.add("sub_address", true);
    if (hop.is_disabled) json.add("disabled", true);
    if (hop.is_repeated) json.add("repeated", true);
    if (hop.is_forwarded) json.add("forwarded", true);
    if (hop.kind == HopKind::loop) json.add("path", hop.path);
    return json;
}

} // namespace mn::config

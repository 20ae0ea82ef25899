#include "list/oneclick_copy.hpp"

#include "auth/arc_relay.hpp"
#include "auth/body_hash.hpp"
#include "auth/tag_list.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "list/oneclick.hpp"
#include "message/header.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

std::string tag_of(std::string_view value, std::string_view name)
{
    const auto tags = TagList::parse(value);
    const auto found = tags ? tags->value(name) : std::nullopt;
    return found ? without_white_space(*found) : "";
}

std::optional<arc::Verdict> verdict_of(std::string_view name)
{
    for (const auto verdict : {arc::Verdict::none, arc::Verdict::pass, arc::Verdict::fail})
        if (name == arc::verdict_name(verdict)) return verdict;
    return std::nullopt;
}

/// "mx.example.org; spf=pass" of "i=1; mx.example.org; spf=pass"; folds stay, with LF.
std::string results_of(std::string_view value)
{
    std::string text(value.substr(std::min(value.find(';') + 1, value.size())));
    text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
    return text;
}

/// So many bytes of the header, if a field ends there.
std::string_view first_fields(std::string_view header, std::size_t size)
{
    const bool is_whole = size > 0 && size < header.size() && header[size - 1] == '\n' &&
                          header[size] != ' ' && header[size] != '\t';
    return header.substr(0, is_whole ? size : 0);
}

crypto::Sha256Value relaxed_hash(std::string_view body)
{
    dkim::BodyHashes hashes;
    hashes.add(dkim::Canonicalization::relaxed, std::nullopt);
    hashes.update(body);
    hashes.finish();
    return hashes.value(0);
}

} // namespace

OneClickCopies::OneClickCopies(const Context& context, std::string base)
    : context_(&context), base_(std::move(base))
{
}

std::optional<OneClickCopies> OneClickCopies::of(const Context& context, std::string_view post,
                                                 std::size_t signed_bytes)
{
    auto base = oneclick_base(context.list);
    if (!base) return std::nullopt;
    const MessageParts parts = split_message(post);
    OneClickCopies copies(context, std::move(*base));
    if (!copies.read_signed_fields(first_fields(parts.header, signed_bytes))) {
        log::warning(cat(context.list.directory(),
                         ": control/oneclick has no effect on a post that we cannot sign"));
        return std::nullopt;
    }
    copies.line_end_ = parts.header.find("\r\n") < parts.header.find('\n') ? "\r\n" : "\n";
    copies.header_ =
        remove_fields(remove_fields(parts.header.substr(signed_bytes), "List-Unsubscribe"),
                      "List-Unsubscribe-Post");
    copies.body_ = cat(parts.separator, parts.body);
    copies.body_hash_ = relaxed_hash(parts.body);
    return copies;
}

/// False when that is not what signed it, or a key is missing.
bool OneClickCopies::read_signed_fields(std::string_view fields)
{
    bool is_sealed = false;
    for (const HeaderField& field : header_fields(fields)) {
        if (field.is("DKIM-Signature")) {
            add_keys(field.value);
        } else if (field.is("ARC-Seal")) {
            const auto verdict = verdict_of(tag_of(field.value, "cv"));
            if (!verdict) return false;
            chain_.verdict = *verdict;
            is_sealed = true;
            sealing_key_ =
                arc::sealing_key_of(context_->keys_of ? context_->keys_of(tag_of(field.value, "d"))
                                                      : std::vector<dkim::SigningKey>());
        } else if (field.is("ARC-Authentication-Results")) {
            results_ = results_of(field.value);
        } else if (!field.is("ARC-Message-Signature")) {
            return false;
        }
    }
    const std::string& ours = context_->list.address().domain;
    const bool is_signed =
        std::any_of(keys_.begin(), keys_.end(),
                    [&](const dkim::SigningKey& key) { return key.domain == ours; });
    return is_signed && (!is_sealed || sealing_key_.key != nullptr);
}

/// Of the domain that this signature is of, unless they are here.
void OneClickCopies::add_keys(std::string_view signature)
{
    const std::string domain = tag_of(signature, "d");
    if (!context_->keys_of || domain.empty() ||
        std::any_of(keys_.begin(), keys_.end(),
                    [&](const dkim::SigningKey& key) { return key.domain == domain; }))
        return;
    const auto more = context_->keys_of(domain);
    keys_.insert(keys_.end(), more.begin(), more.end());
}

std::string OneClickCopies::copy_for(std::string_view address) const
{
    const std::string fields =
        oneclick_fields(context_->list, base_, address, context_->now, line_end_);
    std::string header = cat(header_, fields);
    dkim::Signer signer(header, keys_, context_->now);
    signer.body_hash(body_hash_);
    header.insert(0, signer.finish(line_end_));
    if (sealing_key_.key != nullptr) {
        // After everything else has been added. [RFC8617 5.1]
        arc::Sealer sealer(header, chain_, sealing_key_, context_->now);
        sealer.body_hash(body_hash_);
        const std::string seal = sealer.finish(results_, line_end_);
        header.insert(0, seal);
    }
    return cat(header, body_);
}

} // namespace mn::list

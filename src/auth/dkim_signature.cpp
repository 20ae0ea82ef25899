#include "auth/dkim_signature.hpp"

#include "auth/canonical.hpp"
#include "auth/signed_fields.hpp"
#include "auth/tag_list.hpp"
#include "base/text.hpp"
#include "crypto/base64.hpp"

#include <algorithm>

namespace mn::dkim
{
namespace
{

/// A clock may be in the wrong time zone; a signature from next week is nonsense.
constexpr std::int64_t clock_difference = 86400;

constexpr std::size_t max_shown = 64;

void give_up(Signature& signature, Verdict verdict, std::string reason)
{
    if (signature.verdict != Verdict::none) return;
    signature.verdict = verdict;
    signature.reason = std::move(reason);
}

void malformed(Signature& signature, std::string_view what)
{
    give_up(signature, Verdict::permerror, cat("malformed signature: ", what));
}

/// The value of a tag that must be there.
std::string_view required(Signature& signature, const TagList& tags, std::string_view name)
{
    const auto value = tags.value(name);
    if (!value || value->empty()) malformed(signature, cat("no ", name, "="));
    return value.value_or("");
}

void read_names(Signature& signature, const TagList& tags)
{
    const std::string_view domain = required(signature, tags, "d");
    const std::string_view selector = required(signature, tags, "s");
    constexpr std::size_t longest = 253 - std::string_view("._domainkey.").size();
    if (!is_signing_name(domain) || domain.size() + selector.size() > longest) {
        malformed(signature, "d= is not a domain");
        return;
    }
    signature.domain = lower(domain);
    if (is_signing_name(selector))
        signature.selector = lower(selector);
    else
        malformed(signature, "s= is not a selector");
}

void read_algorithm(Signature& signature, const TagList& tags)
{
    const std::string_view name = required(signature, tags, "a");
    signature.algorithm = printable(name.substr(0, max_shown));
    if (const auto algorithm = parse_algorithm(name))
        signature.key_algorithm = *algorithm;
    else if (name == "rsa-sha1") // [RFC8301 3.1]
        give_up(signature, Verdict::policy, "rsa-sha1 is not acceptable any more");
    else
        malformed(signature, "unknown algorithm");
}

void read_values(Signature& signature, const TagList& tags, const HeaderField& field)
{
    required(signature, tags, "b");
    if (const Tag* b = tags.find("b")) {
        signature.raw_b = b->raw;
        if (auto bytes = base64::decode_folded(b->value); bytes && !bytes->empty()) {
            signature.bytes = std::move(*bytes);
            signature.base64 = without_white_space(b->value);
        } else {
            malformed(signature, "b= is not base64");
        }
    }
    auto hash = base64::decode_folded(required(signature, tags, "bh"));
    if (!hash || hash->size() != crypto::Sha256Value().size())
        malformed(signature, "bh= is not a hash");
    else
        signature.body_hash = std::move(*hash);
    signature.text = field.text;
}

std::optional<Canonicalization> parse_form(std::string_view name)
{
    if (name == "simple") return Canonicalization::simple;
    if (name == "relaxed") return Canonicalization::relaxed;
    return std::nullopt;
}

void read_forms(Signature& signature, const TagList& tags, std::string_view missing)
{
    const std::string_view value = tags.value("c").value_or(missing);
    const std::size_t slash = std::min(value.find('/'), value.size());
    const auto header = parse_form(value.substr(0, slash));
    const auto body =
        parse_form(slash < value.size() ? value.substr(slash + 1) : std::string_view("simple"));
    if (!header || !body) return malformed(signature, "unknown canonicalization");
    signature.header_form = *header;
    signature.body_form = *body;
}

void read_length(Signature& signature, const TagList& tags)
{
    const auto value = tags.value("l");
    if (!value) return;
    // More digits than a number holds are more bytes than a body has.
    const bool is_number = !value->empty() && value->size() <= 76 &&
                           value->find_first_not_of("0123456789") == std::string_view::npos;
    if (!is_number) return malformed(signature, "l= is not a length");
    signature.body_length = parse_number(*value).value_or(~std::uint64_t{0});
}

void read_times(Signature& signature, const TagList& tags, std::int64_t now)
{
    const auto made_text = tags.value("t");
    const auto expiry_text = tags.value("x");
    const auto made = parse_time(made_text.value_or("0"));
    const auto expiry = parse_time(expiry_text.value_or("0"));
    if (!made || !expiry) return malformed(signature, "t= or x= is not a time");
    if (expiry_text && made_text && *expiry <= *made)
        return malformed(signature, "it expired before it was made");
    if (expiry_text && *expiry < now)
        return give_up(signature, Verdict::fail, "the signature has expired");
    if (*made > now + clock_difference)
        give_up(signature, Verdict::fail, "the signature is from the future");
}

/// What only a DKIM-Signature has. [RFC6376 6.1.1]
void read_dkim_only(Signature& signature, const TagList& tags)
{
    if (tags.value("v") != "1") malformed(signature, "v= is not 1");
    const bool signs_from =
        std::any_of(signature.fields.begin(), signature.fields.end(),
                    [](std::string_view name) { return equal_ignoring_case(name, "from"); });
    if (!signs_from) give_up(signature, Verdict::permerror, "the From field is not signed");
    const auto methods = split_colons(tags.value("q").value_or("dns/txt"));
    if (std::find(methods.begin(), methods.end(), "dns/txt") == methods.end())
        malformed(signature, "no known way to find the key");
    signature.identity = cat("@", signature.domain);
    if (signature.domain.empty()) return;
    const auto written = tags.value("i");
    if (!written) return;
    signature.identity = printable(without_white_space(*written));
    const std::size_t at = signature.identity.rfind('@');
    const std::string host =
        at == std::string::npos ? std::string() : lower(signature.identity.substr(at + 1));
    if (host != signature.domain && !host.ends_with(cat(".", signature.domain)))
        give_up(signature, Verdict::permerror, "i= is not of the signing domain");
    if (host != signature.domain && !is_signing_name(host))
        malformed(signature, "i= is not an identity");
}

void read_fields(Signature& signature, const TagList& tags)
{
    const auto value = tags.value("h");
    if (!value) return malformed(signature, "no h=");
    if (!value->empty()) signature.fields = split_colons(*value);
}

} // namespace

Signature parse_signature(const HeaderField& field, SignatureKind kind, std::int64_t now)
{
    Signature signature;
    const auto tags = TagList::parse(field.value);
    if (!tags) {
        malformed(signature, "not a list of tags");
        return signature;
    }
    read_algorithm(signature, *tags);
    read_names(signature, *tags);
    read_values(signature, *tags, field);
    read_fields(signature, *tags);
    // Without c=, a DKIM signature is simple. For ARC the common test suite and the other
    // implementations take relaxed.
    read_forms(signature, *tags, kind == SignatureKind::dkim ? "simple/simple" : "relaxed/relaxed");
    read_length(signature, *tags);
    if (kind == SignatureKind::dkim) read_dkim_only(signature, *tags);
    read_times(signature, *tags, now);
    return signature;
}

bool identity_is_of_domain(const Signature& signature)
{
    const std::size_t at = signature.identity.rfind('@');
    return at != std::string::npos &&
           equal_ignoring_case(std::string_view(signature.identity).substr(at + 1),
                               signature.domain);
}

crypto::Sha256Value header_hash(const Signature& signature, const SignedFields& fields,
                                std::size_t index)
{
    crypto::Sha256 digest;
    fields.select(signature.fields, index, [&](const HeaderField& field) {
        digest.update(canonical_field(signature.header_form, field.text));
    });
    digest.update(
        canonical_signature_field(signature.header_form, signature.text, signature.raw_b));
    return digest.finish();
}

bool is_signing_name(std::string_view name)
{
    if (name.empty() || name.size() > 253) return false;
    const auto labels = split(name, '.');
    return std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
        return !label.empty() && label.size() <= 63 &&
               std::all_of(label.begin(), label.end(), [](char c) {
                   return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '_';
               });
    });
}

std::optional<crypto::Algorithm> parse_algorithm(std::string_view name)
{
    if (name == "rsa-sha256") return crypto::Algorithm::rsa;
    if (name == "ed25519-sha256") return crypto::Algorithm::ed25519;
    return std::nullopt;
}

std::optional<std::int64_t> parse_time(std::string_view text)
{
    if (text.size() > 12) return std::nullopt;
    const auto number = parse_number(text);
    if (!number) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

} // namespace mn::dkim

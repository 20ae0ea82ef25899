#include "auth/dkim_key.hpp"

#include "auth/tag_list.hpp"
#include "base/text.hpp"
#include "crypto/base64.hpp"

#include <algorithm>

namespace mn::dkim
{
namespace
{

KeyAnswer useless(Verdict verdict, std::string reason)
{
    KeyAnswer answer;
    answer.verdict = verdict;
    answer.reason = std::move(reason);
    return answer;
}

bool list_has(std::string_view list, std::string_view wanted)
{
    const auto items = split_colons(list);
    return std::any_of(items.begin(), items.end(),
                       [&](std::string_view item) { return equal_ignoring_case(item, wanted); });
}

/// Why the tags other than the key itself forbid its use; empty when they do not. [RFC6376 6.1.2]
std::string refusal(const TagList& tags, crypto::Algorithm algorithm)
{
    const Tag* version = tags.find("v");
    if (version != nullptr && (version != tags.tags().data() || version->value != "DKIM1"))
        return "the key record is not of DKIM version 1";
    if (!equal_ignoring_case(tags.value("k").value_or("rsa"), crypto::algorithm_name(algorithm)))
        return "the key is for another algorithm";
    if (const auto hashes = tags.value("h"); hashes && !list_has(*hashes, "sha256"))
        return "the key may not be used with SHA-256";
    if (const auto services = tags.value("s");
        services && !list_has(*services, "*") && !list_has(*services, "email"))
        return "the key is not for mail";
    if (!tags.value("p")) return "the key record holds no key";
    if (tags.value("p")->empty()) return "the key has been revoked";
    return {};
}

KeyAnswer with_key(std::string_view base64, crypto::Algorithm algorithm)
{
    const auto bytes = base64::decode_folded(base64);
    if (!bytes) return useless(Verdict::permerror, "the key is not base64");
    KeyAnswer answer;
    answer.key = algorithm == crypto::Algorithm::rsa ? crypto::PublicKey::from_rsa_der(*bytes)
                                                     : crypto::PublicKey::from_ed25519(*bytes);
    if (!answer.key) return useless(Verdict::permerror, "the key is damaged");
    if (algorithm != crypto::Algorithm::rsa) return answer;
    // [RFC8301 3.2]
    const unsigned bits = answer.key->bits();
    if (bits >= min_rsa_bits && bits <= max_rsa_bits) return answer;
    answer.verdict = Verdict::policy;
    answer.reason = cat("an RSA key of ", std::to_string(bits), " bits is ",
                        bits < min_rsa_bits ? "too small" : "too big");
    return answer;
}

} // namespace

KeyAnswer parse_key_record(std::string_view record, crypto::Algorithm algorithm)
{
    const auto tags = TagList::parse(record);
    if (!tags) return useless(Verdict::permerror, "the key record is malformed");
    if (std::string reason = refusal(*tags, algorithm); !reason.empty())
        return useless(Verdict::permerror, std::move(reason));
    KeyAnswer answer = with_key(*tags->value("p"), algorithm);
    if (const auto flags = tags->value("t")) {
        answer.is_testing = list_has(*flags, "y");
        answer.wants_same_domain = list_has(*flags, "s");
    }
    return answer;
}

std::string key_name(std::string_view selector, std::string_view domain)
{
    return cat(selector, "._domainkey.", domain);
}

/// With several records, which ought not to be, the first good one counts: their order is the name
/// server's whim. [RFC6376 3.6.2.2]
KeyAnswer find_key(std::string_view selector, std::string_view domain, crypto::Algorithm algorithm,
                   dns::Resolver& resolver)
{
    constexpr std::size_t max_records = 4;
    const dns::Answer& answer = resolver.query(key_name(selector, domain), dns::Type::txt);
    if (answer.status == dns::Status::temporary)
        return useless(Verdict::temperror,
                       cat("no answer to the question for the key: ", printable(answer.problem)));
    if (answer.texts.empty()) return useless(Verdict::permerror, "no key for signature");
    std::optional<KeyAnswer> first;
    for (std::size_t i = 0; i < std::min(answer.texts.size(), max_records); ++i) {
        KeyAnswer key = parse_key_record(answer.texts[i], algorithm);
        if (key.verdict == Verdict::none) return key;
        if (!first) first = std::move(key);
    }
    return std::move(*first);
}

} // namespace mn::dkim

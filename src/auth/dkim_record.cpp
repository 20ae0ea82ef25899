#include "auth/dkim_record.hpp"

#include "auth/dkim_key.hpp"
#include "base/text.hpp"
#include "crypto/base64.hpp"

namespace mn::dkim
{
namespace
{

/// Why receivers refuse what the key signs, going by this record; empty when they do not.
std::string refusal(const KeyAnswer& answer, const crypto::PrivateKey& key)
{
    if (answer.verdict != Verdict::none) return answer.reason;
    const crypto::Sha256Value digest = crypto::sha256("test");
    if (!answer.key->verify(digest, key.sign(digest))) return "another key is published";
    return {};
}

} // namespace

std::string key_record(const crypto::PrivateKey& key)
{
    // v= stands first, or verifiers ignore the record. [RFC6376 3.6.1]
    return cat("v=DKIM1; k=", crypto::algorithm_name(key.algorithm()),
               "; p=", base64::encode(key.public_bytes()));
}

Publication look_up_key(std::string_view selector, std::string_view domain,
                        const crypto::PrivateKey& key, dns::Resolver& resolver)
{
    const dns::Answer& found = resolver.query(key_name(selector, domain), dns::Type::txt);
    Publication publication;
    publication.records = found.texts;
    if (found.status == dns::Status::temporary) {
        publication.text = cat("no answer from the DNS: ", printable(found.problem));
        return publication;
    }
    publication.state = Publication::State::missing;
    publication.text = "there is no such record";
    for (const std::string& record : found.texts) {
        const KeyAnswer answer = parse_key_record(record, key.algorithm());
        publication.text = refusal(answer, key);
        publication.is_testing = answer.is_testing;
        publication.state =
            publication.text.empty() ? Publication::State::good : Publication::State::wrong;
    }
    // Which of several a receiver takes is chance. [RFC6376 3.6.2.2]
    if (found.texts.size() > 1) {
        publication.state = Publication::State::wrong;
        publication.text = "there are several TXT records";
    }
    return publication;
}

} // namespace mn::dkim

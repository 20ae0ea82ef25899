// auth/canonical: however the body is cut, the result is the same, and canonical.
#include "fuzz.hpp"

#include "auth/canonical.hpp"
#include "base/text.hpp"

namespace
{

using mn::dkim::Canonicalization;

std::string canonical(Canonicalization form, std::string_view body, std::string_view cuts)
{
    std::string result;
    mn::dkim::BodyCanonicalizer canonicalizer(
        form, [&](std::string_view bytes) { result.append(bytes); });
    for (const char cut : cuts) {
        const std::size_t length =
            std::min<std::size_t>(static_cast<unsigned char>(cut), body.size());
        canonicalizer.update(body.substr(0, length));
        body.remove_prefix(length);
    }
    canonicalizer.update(body);
    canonicalizer.finish();
    return result;
}

} // namespace

void fuzz(std::string_view input)
{
    const std::string_view cuts = take_argument(input);
    for (const auto form : {Canonicalization::simple, Canonicalization::relaxed}) {
        const std::string whole = canonical(form, input, "");
        promise(canonical(form, input, cuts) == whole);
        promise(canonical(form, whole, cuts) == whole);
        promise(whole.empty() ? form == Canonicalization::relaxed : whole.ends_with("\r\n"));
        promise(whole.size() == 2 || !whole.ends_with("\r\n\r\n"));
        const std::string field = mn::dkim::canonical_field(form, mn::cat(cuts, ":", input));
        promise(field.ends_with("\r\n"));
    }
    const std::string relaxed = canonical(Canonicalization::relaxed, input, cuts);
    for (const std::string_view forbidden : {"  ", "\t", " \r\n"})
        promise(relaxed.find(forbidden) == std::string::npos);
}

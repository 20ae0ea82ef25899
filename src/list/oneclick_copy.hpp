// A post as one subscriber gets it: with a link to unsubscribe that nobody else has, signed and
// sealed for itself, since both have to cover it. [RFC8058 4]
//
//   if (const auto copies = OneClickCopies::of(context, post, signed_bytes))
//       for (…) send(copies->copy_for("ann@example.net"));
//
// post is what all would get alike, already signed and sealed; the first signed_bytes of it are
// those fields. They say who signs, and what the seal says: each copy has them made anew, by the
// keys that sign now. No DNS is asked, and the body is hashed once.
#pragma once

#include "auth/arc.hpp"
#include "auth/dkim_sign.hpp"
#include "crypto/digest.hpp"
#include "list/mail.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

class OneClickCopies
{
public:
    /// Nothing when there are to be none, or they could not be signed: by whom the post was signed,
    /// we have no keys of. The context must outlive what is returned.
    static std::optional<OneClickCopies> of(const Context& context, std::string_view post,
                                            std::size_t signed_bytes);

    std::string copy_for(std::string_view address) const;

private:
    OneClickCopies(const Context& context, std::string base);
    bool read_signed_fields(std::string_view fields);
    void add_keys(std::string_view signature);

    const Context* context_;
    std::string base_;   ///< of the links
    std::string header_; ///< without what each copy has of its own
    std::string body_;   ///< with the empty line before it
    std::string_view line_end_;
    crypto::Sha256Value body_hash_{};
    std::vector<dkim::SigningKey> keys_;
    dkim::SigningKey sealing_key_; ///< without: no seal
    arc::Result chain_;
    std::string results_; ///< what the seal says
};

} // namespace mn::list

#include "auth/names_to_sign.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace mn::dkim
{
namespace
{

/// What the author says and what decides how it is shown: nobody may add another. [RFC6376 5.4.1]
/// [RFC6376 8.15]
constexpr std::array<std::string_view, 10> protected_fields = {
    "From",       "To",       "Cc",           "Subject",      "Date",
    "Message-ID", "Reply-To", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
};

/// Signed when there, but others may add theirs: lists, people who resend.
constexpr std::array<std::string_view, 19> plain_fields = {
    "Sender",       "In-Reply-To",           "References",     "Content-ID",
    "Resent-From",  "Resent-Sender",         "Resent-To",      "Resent-Cc",
    "Resent-Date",  "Resent-Message-ID",     "List-Id",        "List-Help",
    "List-Post",    "List-Unsubscribe",      "List-Subscribe", "List-Owner",
    "List-Archive", "List-Unsubscribe-Post", "Auto-Submitted",
};

/// Mail servers add these when they are missing: to sign that they are would break signatures.
bool may_be_completed(std::string_view name)
{
    return equal_ignoring_case(name, "Date") || equal_ignoring_case(name, "Message-ID");
}

bool contains(const std::vector<std::string>& names, std::string_view wanted)
{
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& name) { return equal_ignoring_case(name, wanted); });
}

/// The fields to sign, each name once, From first.
std::vector<std::string> wanted_names(const SigningOptions& options)
{
    std::vector<std::string> names{"From"};
    const auto add = [&](std::string_view name) {
        if (!contains(names, name)) names.emplace_back(name);
    };
    if (options.fields.empty()) {
        std::for_each(protected_fields.begin(), protected_fields.end(), add);
        std::for_each(plain_fields.begin(), plain_fields.end(), add);
    }
    std::for_each(options.fields.begin(), options.fields.end(), add);
    std::for_each(options.over_signed.begin(), options.over_signed.end(), add);
    return names;
}

bool is_over_signed(const SigningOptions& options, std::string_view name)
{
    if (!options.over_signed.empty()) return contains(options.over_signed, name);
    return std::find(protected_fields.begin(), protected_fields.end(), name) !=
           protected_fields.end();
}

} // namespace

std::vector<std::string> names_to_sign(const SignedFields& fields, const SigningOptions& options)
{
    std::vector<std::string> names;
    for (const std::string& name : wanted_names(options)) {
        const std::size_t count = fields.places(name).size();
        const bool once_more =
            is_over_signed(options, name) && (count > 0 || !may_be_completed(name));
        names.insert(names.end(), count + (once_more ? 1 : 0), name);
    }
    return names;
}

} // namespace mn::dkim

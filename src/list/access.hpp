// control/access: rules that look at the header of a post.
//
//   const AccessRules rules = parse_access(text);
//   const AccessVerdict verdict = rules.judge(header);
//
// One rule a line: "allow", "send", "deny", "discard" or "moderate", then perhaps a space and a
// POSIX extended regular expression, with "!" before it for "no field is like that". Case does not
// matter. Every field is tried against the first rule, then against the second; the first that fits
// decides; deny when none does. A line that is no rule denies.
//
// The rules are the owner's, the header is a stranger's: expressions have at most max_expression
// bytes, no back references and no large repetitions, and of a field max_field bytes are looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

enum class AccessAction : std::uint8_t { allow, send, deny, moderate, discard };

struct AccessVerdict {
    AccessAction action = AccessAction::deny; ///< also when no rule matches, or the text has errors
    std::size_t line = 0;                     ///< of the rule; 0: none matched
};

inline constexpr std::size_t max_expression = 1000;
inline constexpr std::size_t max_access_rules = 1000;
inline constexpr std::size_t max_field = 8192;

class AccessRules
{
public:
    AccessRules();
    AccessRules(AccessRules&&) noexcept;
    ~AccessRules();

    /// Which line is wrong, and why; empty when all is well.
    struct Problem {
        std::size_t line;
        std::string what;
    };
    const std::vector<Problem>& problems() const;

    /// header: all fields; each is matched on one line, "Name: value".
    AccessVerdict judge(std::string_view header) const;

private:
    friend AccessRules parse_access(std::string_view text);
    struct Rules;
    std::unique_ptr<Rules> rules_;
};

AccessRules parse_access(std::string_view text);

} // namespace mn::list

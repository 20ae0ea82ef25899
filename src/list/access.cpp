#include "list/access.hpp"

#include "base/text.hpp"
#include "message/header.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <regex.h>
#include <utility>

namespace mn::list
{
namespace
{

/// No repetition, and no nest of them, may ask for more copies than this: each takes memory.
constexpr std::uint64_t max_copies = 1000;

constexpr auto action_names = std::to_array<std::pair<std::string_view, AccessAction>>({
    {"allow", AccessAction::allow},
    {"send", AccessAction::send},
    {"deny", AccessAction::deny},
    {"moderate", AccessAction::moderate},
    {"discard", AccessAction::discard},
});

std::optional<AccessAction> parse_action(std::string_view word)
{
    const auto* const found = std::find_if(action_names.begin(), action_names.end(),
                                           [&](const auto& known) { return known.first == word; });
    if (found == action_names.end()) return std::nullopt;
    return found->second;
}

class Expression
{
public:
    explicit Expression(const std::string& text)
        : error_(::regcomp(&compiled_, text.c_str(), REG_EXTENDED | REG_ICASE | REG_NOSUB))
    {
    }
    Expression(const Expression&) = delete;
    Expression& operator=(const Expression&) = delete;
    ~Expression()
    {
        if (error_ == 0) ::regfree(&compiled_);
    }

    /// Empty: none.
    std::string error() const
    {
        if (error_ == 0) return "";
        std::array<char, 200> text{};
        ::regerror(error_, &compiled_, text.data(), text.size());
        return text.data();
    }

    bool matches(const std::string& line) const
    {
        return ::regexec(&compiled_, line.c_str(), 0, nullptr, 0) == 0;
    }

private:
    regex_t compiled_ = {};
    int error_;
};

/// What "{…}" at the beginning of the text multiplies by; 1 when it is none.
std::uint64_t copies_in(std::string_view text)
{
    const std::string_view inside = text.substr(1, text.find('}') - 1);
    std::uint64_t most = 1;
    for (const std::string_view piece : split(inside, ','))
        if (const auto number = parse_number(piece)) most = std::max(most, *number);
    return most;
}

/// The length of the bracket expression that the text begins with: "[^]a-z[:digit:]]".
std::size_t bracket_length(std::string_view text)
{
    std::size_t at = 1;
    if (text.substr(at).starts_with('^')) ++at;
    if (text.substr(at).starts_with(']')) ++at;
    while (at < text.size() && text[at] != ']') {
        const bool is_class = text[at] == '[' && at + 1 < text.size() &&
                              std::string_view(":.=").find(text[at + 1]) != std::string_view::npos;
        if (is_class) {
            const std::size_t end = text.find(cat(text.substr(at + 1, 1), "]"), at + 2);
            at = end == std::string_view::npos ? text.size() : end + 2;
        } else {
            ++at;
        }
    }
    return std::min(at + 1, text.size());
}

bool is_repetition(char c)
{
    return c == '*' || c == '+' || c == '?' || c == '{';
}

/// Why regcomp(3) shall not see it; nothing when it may. Each repetition is a copy of what it
/// repeats, and copies of copies need memory and time without end.
std::optional<std::string> why_too_costly(std::string_view expression)
{
    if (expression.size() > max_expression)
        return cat("is longer than ", std::to_string(max_expression), " bytes");
    std::uint64_t copies = 1;
    char before = '\0'; // what kind of thing stands before
    for (std::size_t at = 0; at < expression.size();) {
        const std::string_view rest = expression.substr(at);
        const char c = rest.front();
        std::size_t length = 1;
        if (c == '\\' && rest.size() > 1) {
            if (rest[1] >= '0' && rest[1] <= '9') return "has a back reference";
            length = 2;
        } else if (c == '[') {
            length = bracket_length(rest);
        } else if (is_repetition(c)) {
            if (is_repetition(before)) return "repeats a repetition";
            if (c == '{') length = std::min(rest.find('}'), rest.size() - 1) + 1;
            const std::uint64_t more = c == '{' ? copies_in(rest) : before == ')' ? 2 : 1;
            if (more > max_copies / copies) return "asks for too many repetitions";
            copies *= more;
        }
        before = c == '\\' ? '\0' : c;
        at += length;
    }
    return std::nullopt;
}

/// "^.*x" and ".*x" mean "x", and take long to try.
std::string_view without_vain_start(std::string_view expression)
{
    std::string_view rest = expression;
    if (rest.starts_with('^')) rest.remove_prefix(1);
    if (!rest.starts_with(".*")) return expression;
    while (rest.starts_with(".*"))
        rest.remove_prefix(2);
    // ".**" and ".*{2}" are another matter.
    return !rest.empty() && std::string_view("*+?{|)").find(rest.front()) != std::string_view::npos
               ? expression
               : rest;
}

/// A field as rules see it: one line, no NUL, not too long.
std::string line_of(const HeaderField& field)
{
    const std::string_view text = field.text.substr(0, max_field);
    std::string line;
    line.reserve(text.size());
    for (const char c : text)
        if (c != '\n' && c != '\r') line.push_back(c == '\0' ? ' ' : c);
    return line;
}

} // namespace

struct AccessRules::Rules {
    struct Rule {
        std::size_t line = 0;
        AccessAction action = AccessAction::deny;
        bool is_negative = false;
        std::unique_ptr<Expression> expression; ///< none: fits everything
    };

    void add(std::size_t number, std::string_view line);
    void add_fault(std::size_t number, std::string what);

    std::vector<Rule> rules;
    std::vector<Problem> problems;
};

/// It denies: what was meant is not known, and nothing after it was meant to be reached.
void AccessRules::Rules::add_fault(std::size_t number, std::string what)
{
    problems.push_back({number, std::move(what)});
    rules.push_back({number, AccessAction::deny, false, nullptr});
}

void AccessRules::Rules::add(std::size_t number, std::string_view line)
{
    const std::size_t space = line.find_first_of(" \t");
    const std::string_view word = line.substr(0, space);
    const auto action = parse_action(word);
    if (!action)
        return add_fault(number, cat("\"", printable(word.substr(0, 40)),
                                     "\" is not allow, send, deny, moderate or discard"));
    Rule rule{number, *action, false, nullptr};
    std::string_view expression = space == std::string_view::npos ? "" : line.substr(space);
    expression.remove_prefix(std::min(expression.find_first_not_of(" \t"), expression.size()));
    if (expression.starts_with('!')) {
        rule.is_negative = true;
        expression.remove_prefix(1);
        if (expression.empty()) return add_fault(number, "nothing follows the \"!\"");
    }
    if (!expression.empty()) {
        if (const auto why = why_too_costly(expression))
            return add_fault(number, cat("the expression ", *why));
        rule.expression = std::make_unique<Expression>(std::string(without_vain_start(expression)));
        if (const std::string error = rule.expression->error(); !error.empty())
            return add_fault(number, cat("the expression is wrong: ", error));
    }
    rules.push_back(std::move(rule));
}

AccessRules::AccessRules() : rules_(std::make_unique<Rules>()) {}
AccessRules::AccessRules(AccessRules&&) noexcept = default;
AccessRules::~AccessRules() = default;

const std::vector<AccessRules::Problem>& AccessRules::problems() const
{
    return rules_->problems;
}

AccessVerdict AccessRules::judge(std::string_view header) const
{
    std::vector<std::string> lines;
    for (const HeaderField& field : header_fields(header))
        lines.push_back(line_of(field));
    for (const Rules::Rule& rule : rules_->rules) {
        const auto fits = [&](const std::string& line) { return rule.expression->matches(line); };
        if (rule.expression == nullptr ||
            std::any_of(lines.begin(), lines.end(), fits) != rule.is_negative)
            return {rule.action, rule.line};
    }
    return {};
}

AccessRules parse_access(std::string_view text)
{
    AccessRules rules;
    std::size_t number = 0;
    for (std::string_view line : split(text, '\n')) {
        ++number;
        while (line.ends_with('\r'))
            line.remove_suffix(1);
        if (trim(line).empty()) continue;
        if (line.find('\0') != std::string_view::npos) {
            rules.rules_->add_fault(number, "the line has a NUL");
        } else if (rules.rules_->rules.size() >= max_access_rules) {
            rules.rules_->add_fault(
                number, cat("there are more than ", std::to_string(max_access_rules), " rules"));
            break;
        } else {
            rules.rules_->add(number, line);
        }
    }
    return rules;
}

} // namespace mn::list

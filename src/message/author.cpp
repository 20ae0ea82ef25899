#include "message/author.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "message/header.hpp"
#include "message/scanner.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace mn
{
namespace
{

constexpr std::size_t max_domain = 253;
constexpr std::size_t max_label = 63;

/// One word of an address list, or one byte with a meaning: . @ , : ; < >
struct Token {
    enum class Kind { atom, quoted, literal, special };
    Kind kind;
    std::string text;

    bool is_special(char c) const { return kind == Kind::special && text[0] == c; }
    bool is_word() const { return kind == Kind::atom || kind == Kind::quoted; }
};

bool is_8bit(char c)
{
    return static_cast<unsigned char>(c) >= 0x80;
}

/// atext, and every byte of other alphabets. [RFC5322 3.2.3] [RFC6532 3.2]
bool is_atom_char(char c)
{
    return is_8bit(c) || (c > ' ' && c < 0x7f &&
                          std::string_view("()<>[]:;@\\,.\"").find(c) == std::string_view::npos);
}

/// "[…]", without white space. [RFC5322 3.4.1]
std::optional<std::string> take_literal(Scanner& scanner)
{
    const std::string_view text = scanner.rest();
    const std::size_t end = text.find_first_of("[]\\\"<>(),;@", 1);
    if (end == std::string_view::npos || text[end] != ']') return std::nullopt;
    std::string literal;
    for (std::size_t i = 0; i <= end; ++i, scanner.skip())
        if (!is_space(text[i])) literal.push_back(text[i]);
    return literal;
}

struct Tokens {
    std::vector<Token> list;
    bool is_well_formed = true;
};

constexpr std::string_view specials = ".@,:;<>";

/// After a quote or parenthesis without its partner nothing is certain: words and specials only, so
/// that the time stays linear.
void add_what_looks_like_words(std::string_view text, std::vector<Token>& tokens)
{
    Scanner scanner(text);
    while (!scanner.at_end()) {
        if (is_atom_char(scanner.peek())) {
            tokens.push_back({Token::Kind::atom, std::string(scanner.take_while(is_atom_char))});
            continue;
        }
        if (specials.find(scanner.peek()) != std::string_view::npos)
            tokens.push_back({Token::Kind::special, std::string(1, scanner.peek())});
        scanner.skip();
    }
}

/// The next token; nothing when a quote, parenthesis or bracket has no partner, or there is a byte
/// that may not be here.
std::optional<Token> take_token(Scanner& scanner)
{
    using Kind = Token::Kind;
    const char c = scanner.peek();
    if (is_atom_char(c)) return Token{Kind::atom, std::string(scanner.take_while(is_atom_char))};
    if (c != '\0' && specials.find(c) != std::string_view::npos) {
        scanner.skip();
        return Token{Kind::special, std::string(1, c)};
    }
    if (auto quoted = scanner.take_quoted()) return Token{Kind::quoted, std::move(*quoted)};
    auto literal = c == '[' ? take_literal(scanner) : std::nullopt;
    if (!literal) return std::nullopt;
    return Token{Kind::literal, std::move(*literal)};
}

Tokens tokens_of(std::string_view value)
{
    Tokens tokens;
    Scanner scanner(value);
    while (scanner.skip_comments()) {
        if (scanner.at_end()) return tokens;
        auto token = take_token(scanner);
        if (!token) break;
        tokens.list.push_back(std::move(*token));
    }
    add_what_looks_like_words(scanner.rest(), tokens.list);
    tokens.is_well_formed = false;
    return tokens;
}

/// Letters of any alphabet, digits, hyphens, and the underscores that some have.
bool is_label(std::string_view label)
{
    return !label.empty() && label.size() <= max_label &&
           std::all_of(label.begin(), label.end(), [](char c) {
               return is_8bit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      (c >= '0' && c <= '9') || c == '-' || c == '_';
           });
}

bool is_author_domain(std::string_view domain)
{
    if (domain.starts_with('[')) return true;
    const auto labels = split(domain, '.');
    return domain.size() <= max_domain && utf8::is_valid(domain) &&
           std::all_of(labels.begin(), labels.end(), is_label);
}

using Position = std::vector<Token>::const_iterator;

/// Reads the tokens of a list, one address after the other.
class ListParser
{
public:
    explicit ListParser(const std::vector<Token>& tokens) : at_(tokens.begin()), end_(tokens.end())
    {
    }

    /// Nothing when the tokens are no address list.
    std::optional<std::vector<Mailbox>> parse();

private:
    bool parse_address();
    bool parse_angle_address();
    bool parse_route();
    bool parse_plain_address();
    bool finish_address();
    bool is_next(char c) const { return at_ != end_ && at_->is_special(c); }

    Position at_;
    Position end_;
    bool in_group_ = false;
    std::vector<Mailbox> mailboxes_;
};

std::optional<std::vector<Mailbox>> ListParser::parse()
{
    while (at_ != end_)
        if (!parse_address()) return std::nullopt;
    if (in_group_) return std::nullopt;
    return std::move(mailboxes_);
}

/// One address with the comma or semicolon after it; or the beginning of a group. Nothing between
/// two commas is an address as well, an obsolete one. [RFC5322 4.4]
bool ListParser::parse_address()
{
    const Position start = at_;
    while (at_ != end_ && (at_->is_word() || at_->is_special('.')))
        ++at_;
    if (is_next('<')) return parse_angle_address() && finish_address();
    if (is_next(':')) {
        if (in_group_ || at_ == start) return false;
        in_group_ = true;
        ++at_;
        return true;
    }
    if (at_ == start && !is_next('@')) return finish_address();
    at_ = start;
    return parse_plain_address() && finish_address();
}

bool ListParser::finish_address()
{
    if (is_next(';')) {
        if (!in_group_) return false;
        in_group_ = false;
        ++at_;
        if (at_ == end_) return true;
    }
    if (at_ == end_) return true;
    if (!is_next(',')) return false;
    ++at_;
    return true;
}

bool ListParser::parse_angle_address()
{
    ++at_;
    if (is_next('@') && !parse_route()) return false;
    if (!parse_plain_address() || !is_next('>')) return false;
    ++at_;
    return true;
}

/// "@one.example,@two.example:", obsolete and without a meaning. [RFC5322 4.4]
bool ListParser::parse_route()
{
    while (at_ != end_ && !at_->is_special(':')) {
        const bool may_stand = at_->is_special('@') || at_->is_special(',') ||
                               at_->is_special('.') || at_->kind == Token::Kind::atom ||
                               at_->kind == Token::Kind::literal;
        if (!may_stand) return false;
        ++at_;
    }
    if (at_ == end_) return false;
    ++at_;
    return true;
}

/// The domain from here on, and where it ends.
std::pair<std::string, Position> domain_at(Position at, Position end)
{
    if (at != end && at->kind == Token::Kind::literal) return {lower(at->text), at + 1};
    std::string domain;
    // Word, dot, word, as with white space around the dots of obsolete forms. [RFC5322 4.4]
    bool wants_atom = true;
    for (; at != end && (wants_atom ? at->kind == Token::Kind::atom : at->is_special('.')); ++at) {
        domain.append(at->text);
        wants_atom = !wants_atom;
    }
    return {lower(domain), at};
}

/// local@domain. Dots may stand anywhere in the local part: some providers have such customers, and
/// the domain is as certain.
bool ListParser::parse_plain_address()
{
    Mailbox mailbox;
    bool was_word = false;
    for (; at_ != end_ && (at_->is_special('.') || (at_->is_word() && !was_word)); ++at_) {
        was_word = at_->is_word();
        mailbox.local.append(at_->text);
    }
    if (mailbox.local.empty() || !utf8::is_valid(mailbox.local) || !is_next('@')) return false;
    std::tie(mailbox.domain, at_) = domain_at(at_ + 1, end_);
    if (!is_author_domain(mailbox.domain)) return false;
    mailboxes_.push_back(std::move(mailbox));
    return true;
}

/// From what is no address list: whatever stands around an "@".
std::vector<Mailbox> anything_like_mailboxes(const std::vector<Token>& tokens)
{
    std::vector<Mailbox> mailboxes;
    for (Position at = tokens.begin(); at != tokens.end(); ++at) {
        if (!at->is_special('@')) continue;
        auto domain = domain_at(at + 1, tokens.end()).first;
        if (domain.ends_with('.')) domain.pop_back();
        if (!is_author_domain(domain)) continue;
        const bool has_local = at != tokens.begin() && (at - 1)->is_word();
        mailboxes.push_back({has_local ? (at - 1)->text : std::string(), std::move(domain)});
    }
    return mailboxes;
}

std::vector<std::string> domains_of(const std::vector<Mailbox>& mailboxes)
{
    std::vector<std::string> domains;
    std::set<std::string_view> seen;
    for (const Mailbox& mailbox : mailboxes)
        if (seen.insert(mailbox.domain).second) domains.push_back(mailbox.domain);
    return domains;
}

} // namespace

MailboxList parse_mailboxes(std::string_view value)
{
    const Tokens tokens = tokens_of(value);
    if (tokens.is_well_formed)
        if (auto mailboxes = ListParser(tokens.list).parse()) return {std::move(*mailboxes), true};
    return {anything_like_mailboxes(tokens.list), false};
}

Author author_of(std::string_view header)
{
    Author author;
    std::size_t fields = 0;
    bool is_well_formed = true;
    for (const HeaderField& field : header_fields(header)) {
        if (!field.is("From")) continue;
        ++fields;
        MailboxList list = parse_mailboxes(field.value);
        is_well_formed = is_well_formed && list.is_well_formed;
        std::move(list.mailboxes.begin(), list.mailboxes.end(),
                  std::back_inserter(author.mailboxes));
    }
    author.domains = domains_of(author.mailboxes);
    using Kind = Author::Kind;
    if (fields > 1 || (is_well_formed && author.domains.size() > 1))
        author.kind = Kind::several;
    else if (author.domains.empty())
        author.kind = Kind::missing;
    else
        author.kind = is_well_formed ? Kind::one_domain : Kind::malformed;
    if (author.kind == Kind::one_domain) author.domain = author.domains.front();
    return author;
}

} // namespace mn

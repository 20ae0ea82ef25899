#include "list/dsn.hpp"

#include "base/text.hpp"
#include "message/header.hpp"
#include "message/scanner.hpp"

#include <algorithm>

namespace mn::list
{
namespace
{

constexpr std::size_t max_recipients = 100;
constexpr std::size_t max_value = 1000; // a longer address or diagnostic is cut

bool is_token_char(char c)
{
    // [RFC2045 5.1]
    return c > ' ' && c < '\x7f' &&
           std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

struct ContentType {
    std::string type; ///< "multipart/report", lower case; empty when there is none
    std::string boundary;
    std::string report_type; ///< lower case
};

std::string parameter_value(Scanner& scanner)
{
    if (auto quoted = scanner.take_quoted()) return *quoted;
    return std::string(scanner.take_while(is_token_char));
}

ContentType content_type_of(std::string_view header)
{
    ContentType result;
    const auto field = find_field(header, "Content-Type");
    if (!field) return result;
    const std::string value = unfolded(field->value);
    Scanner scanner(value);
    if (!scanner.skip_comments()) return result;
    result.type = lower(scanner.take_while(is_token_char));
    if (!scanner.take('/')) return {};
    result.type += cat("/", lower(scanner.take_while(is_token_char)));
    while (scanner.skip_comments() && scanner.take(';')) {
        if (!scanner.skip_comments()) break;
        const std::string name = lower(scanner.take_while(is_token_char));
        if (!scanner.skip_comments()) break;
        if (!scanner.take('=')) continue;
        if (!scanner.skip_comments()) break;
        std::string text = parameter_value(scanner);
        if (name == "boundary")
            result.boundary = std::move(text);
        else if (name == "report-type")
            result.report_type = lower(text);
    }
    return result;
}

/// Takes the next line, without its line end, off the text.
std::string_view take_line(std::string_view& text)
{
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// "--boundary", perhaps with "--" and white space behind it. [RFC2046 5.1.1]
bool is_delimiter(std::string_view line, std::string_view boundary)
{
    if (!line.starts_with("--") || !line.substr(2).starts_with(boundary)) return false;
    const std::string_view rest = trim(line.substr(2 + boundary.size()));
    return rest.empty() || rest == "--";
}

/// The body of a part that is a delivery status; nothing for other parts.
std::optional<std::string_view> status_of(std::string_view part)
{
    const MessageParts parts = split_message(part);
    const std::string type = content_type_of(parts.header).type;
    if (type != "message/delivery-status" && type != "message/global-delivery-status")
        return std::nullopt;
    return parts.body;
}

/// The first delivery status in a multipart body. The end of the message ends a part as well:
/// reports are often cut.
std::optional<std::string_view> find_status(std::string_view body, std::string_view boundary)
{
    std::optional<std::string_view> part; // from its first line to the end of the message
    while (!body.empty()) {
        const std::size_t left = body.size();
        if (!is_delimiter(take_line(body), boundary)) continue;
        if (part)
            if (auto status = status_of(part->substr(0, part->size() - left))) return status;
        part = body;
    }
    return part ? status_of(*part) : std::nullopt;
}

std::string cut(std::string_view text)
{
    return std::string(text.substr(0, max_value));
}

/// What follows "rfc822;", which some forget. [RFC3464 2.1.2]
std::string typed_value(std::string_view value)
{
    const std::string text = unfolded(value);
    const std::size_t semicolon = text.find(';');
    return cut(
        trim(std::string_view(text).substr(semicolon == std::string::npos ? 0 : semicolon + 1)));
}

/// An address, with or without angle brackets; a comment behind it is dropped.
std::string address_value(std::string_view value)
{
    std::string text = typed_value(value);
    text = text.substr(0, text.find_first_of(" \t"));
    if (text.starts_with('<') && text.ends_with('>')) return text.substr(1, text.size() - 2);
    return text;
}

/// "5.1.1" of "5.1.1 (bad mailbox)". [RFC3463 2]
std::string status_value(std::string_view value)
{
    const std::string text = unfolded(value);
    const std::string_view word =
        std::string_view(text).substr(0, text.find_first_not_of("0123456789."));
    const auto parts = split(word, '.');
    if (parts.size() != 3 || word.size() > 9) return {};
    for (const std::string_view part : parts)
        if (part.empty() || part.size() > 3) return {};
    return std::string(word);
}

/// One group of fields; nothing when it tells of no recipient. [RFC3464 2.3]
std::optional<DsnRecipient> recipient_of(std::string_view group)
{
    DsnRecipient recipient;
    bool is_one = false;
    for (const HeaderField& field : header_fields(group)) {
        if (field.is("Final-Recipient"))
            recipient.final_recipient = address_value(field.value);
        else if (field.is("Original-Recipient"))
            recipient.original_recipient = address_value(field.value);
        else if (field.is("Action"))
            recipient.action = lower(cut(split_words(cat(unfolded(field.value), " -")).front()));
        else if (field.is("Status"))
            recipient.status = status_value(field.value);
        else if (field.is("Diagnostic-Code"))
            recipient.diagnostic = typed_value(field.value);
        else
            continue;
        is_one = true;
    }
    return is_one ? std::optional(std::move(recipient)) : std::nullopt;
}

/// Also the recipients that a careless mailer puts into the group about the message.
DsnReport read_status(std::string_view status)
{
    DsnReport report;
    while (!status.empty() && report.recipients.size() < max_recipients) {
        const MessageParts group = split_message(status);
        if (auto recipient = recipient_of(group.header))
            report.recipients.push_back(std::move(*recipient));
        status = group.body;
    }
    return report;
}

} // namespace

std::optional<DsnReport> parse_dsn(std::string_view message)
{
    const MessageParts parts = split_message(message);
    const ContentType content = content_type_of(parts.header);
    if (content.type != "multipart/report" || content.boundary.empty()) return std::nullopt;
    if (!content.report_type.empty() && content.report_type != "delivery-status")
        return std::nullopt;
    const auto status = find_status(parts.body, content.boundary);
    return status ? std::optional(read_status(*status)) : std::nullopt;
}

} // namespace mn::list

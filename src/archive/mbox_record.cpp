#include "archive/mbox_record.hpp"

#include "base/date.hpp"
#include "base/text.hpp"
#include "message/message_key.hpp"

#include <algorithm>

namespace mn::archive
{
namespace
{

/// Whatever it is, it stays on its line.
std::string field(std::string_view name, std::string value)
{
    std::replace_if(value.begin(), value.end(), is_control, ' ');
    return cat(name, ": ", value, "\n");
}

bool begins_like_a_record(std::string_view line)
{
    const std::size_t text = std::min(line.find_first_not_of('>'), line.size());
    return line.substr(text).starts_with("From ");
}

void append_quoted(std::string& mbox, std::string_view text)
{
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        const std::string_view line = text.substr(0, end);
        if (begins_like_a_record(line)) mbox.push_back('>');
        mbox.append(line);
        text.remove_prefix(end);
    }
    if (!mbox.ends_with('\n')) mbox.push_back('\n');
}

std::string_view domain_of(std::string_view address)
{
    return address.substr(std::min(address.rfind('@'), address.size() - 1) + 1);
}

} // namespace

std::string mbox_record(const ListFacts& facts, const Article& article, const Place& place,
                        std::string_view text)
{
    std::string record = cat("From ", place.key, "@", domain_of(facts.address), " ",
                             utc(place.date, "%a %b %e %H:%M:%S %Y"), "\n");
    record += field("From", author_text(article, facts.addresses));
    record += field("Date", utc(place.date, "%a, %d %b %Y %H:%M:%S +0000"));
    record += field("Subject", subject_text(article, facts.addresses));
    if (facts.addresses == Addresses::full && !article.id.empty())
        record += field("Message-ID", cat("<", article.id, ">"));
    record += field("Archived-At", cat("<", facts.url, page_path(place.key), ">"));
    record += "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
              "Content-Transfer-Encoding: 8bit\n\n";
    append_quoted(record, text);
    record.push_back('\n');
    return record;
}

} // namespace mn::archive

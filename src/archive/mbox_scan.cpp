#include "archive/mbox_scan.hpp"

#include "base/case_fold.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "message/message_key.hpp"

#include <algorithm>
#include <cstring>

namespace mn::archive
{
namespace
{

constexpr std::size_t small_piece = std::size_t{256} << 10; // it fits the processor's cache
constexpr std::size_t big_piece = std::size_t{4} << 20;
constexpr std::string_view boundary = "\nFrom ";

/// string_view::find looks at every place where the first letter is; this one is faster.
std::size_t find_text(std::string_view text, std::string_view word)
{
    if (text.size() < word.size()) return std::string_view::npos;
    const void* const found = ::memmem(text.data(), text.size(), word.data(), word.size());
    if (found == nullptr) return std::string_view::npos;
    return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// "KEY" or "KEY-2".
bool is_record_key(std::string_view key)
{
    const std::size_t dash = std::min(key.find('-'), key.size());
    return is_message_key(key.substr(0, dash)) &&
           (dash == key.size() || parse_number(key.substr(dash + 1)).has_value());
}

/// Takes a line, without its end, from the text.
std::string_view take_line(std::string_view& text)
{
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

} // namespace

MboxScanner::MboxScanner(std::span<const std::string> words)
    : words_(words), longest_(*std::max_element(words.begin(), words.end(),
                                                [](const std::string& a, const std::string& b) {
                                                    return a.size() < b.size();
                                                })),
      text_(small_piece, '\0')
{
}

/// part: of the piece that is looked at; a field that is not there is empty.
std::string_view MboxScanner::folded(std::string_view part) const
{
    if (part.empty()) return {};
    return {folded_.data() + (part.data() - piece_), part.size()};
}

bool MboxScanner::matches(const MboxRecord& record) const
{
    return std::all_of(words_.begin(), words_.end(), [&](const std::string& word) {
        for (const std::string_view part : {record.author, record.subject, record.text})
            if (find_text(folded(part), word) != std::string_view::npos) return true;
        return false;
    });
}

/// piece: of text_, records as a whole. False: it was the last.
bool MboxScanner::scan_piece(std::string_view piece, const Use& use)
{
    piece_ = piece.data();
    folded_.assign(piece);
    fold_case(folded_);
    for (std::size_t at = 0; at < piece.size();) {
        // The record in which the longest word is; most have none.
        const std::size_t found = find_text(std::string_view(folded_).substr(at), longest_);
        if (found == std::string_view::npos) return true;
        const std::size_t before = piece.rfind(boundary, at + found);
        const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
        const std::size_t end = std::min(piece.find(boundary, at + found), piece.size() - 1) + 1;
        MboxRecord record = parse_record(piece.substr(begin, end - begin));
        record.offset = offset_ + static_cast<std::uint64_t>(piece.data() - text_.data()) + begin;
        if (!record.key.empty() && matches(record) && !use(record)) return false;
        at = end;
    }
    return true;
}

/// False at the end of the file.
bool MboxScanner::fill(int fd)
{
    while (size_ < text_.size()) {
        const std::size_t count =
            read_some(fd, {text_.data() + size_, text_.size() - size_}, "an mbox");
        if (count == 0) return false;
        size_ += count;
    }
    return true;
}

void MboxScanner::scan(int fd, const Use& use)
{
    size_ = 0;
    offset_ = 0;
    for (bool has_more = true, is_rest = false; has_more;) {
        has_more = fill(fd);
        const std::string_view all(text_.data(), size_);
        const std::size_t last = has_more ? all.rfind(boundary) : std::string_view::npos;
        const bool is_cut = has_more && last == std::string_view::npos;
        if (is_cut && text_.size() < big_piece) {
            text_.resize(2 * text_.size());
            continue;
        }
        const std::size_t end = last == std::string_view::npos ? size_ : last + 1;
        // What is left of a record that was too big is none.
        const std::size_t begin = is_rest ? std::min(all.find(boundary), end - 1) + 1 : 0;
        if (end == 0 || !scan_piece(all.substr(begin, end - begin), use)) return;
        is_rest = is_cut;
        // Of a boundary at the very end the next piece must see all.
        const std::size_t done = is_cut ? end - boundary.size() : end;
        size_ -= done;
        offset_ += done;
        std::memmove(text_.data(), text_.data() + done, size_);
    }
}

MboxRecord parse_record(std::string_view record)
{
    MboxRecord parsed;
    parsed.size = record.size();
    if (!record.starts_with("From ")) return parsed;
    record.remove_prefix(5);
    const std::string_view first = take_line(record);
    const std::string_view key = first.substr(0, first.find_first_of("@ "));
    if (!is_record_key(key)) return parsed;
    for (std::string_view line; !(line = take_line(record)).empty();) {
        const std::size_t colon = std::min(line.find(':'), line.size() - 1);
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trim(line.substr(colon + 1));
        if (name == "From") parsed.author = value;
        if (name == "Date") parsed.date = value;
        if (name == "Subject") parsed.subject = value;
    }
    parsed.key = key;
    parsed.text = record;
    return parsed;
}

} // namespace mn::archive

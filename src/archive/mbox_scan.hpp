// The messages of one mbox of the archive in which all of some words are.
//
//   MboxScanner scanner({"tea", "green leaves"});
//   scanner.scan(fd, [&](const MboxRecord& record) { …; return true; });
//
// An mbox of ours is in UTF-8, LF, its records begin with "From KEY@LIST date", and "From " at the
// beginning of other lines has ">" before it. Searched are author, subject and text, without regard
// to case; white space is one space, so that words that a line end separates stand together.
// Reads a piece at a time: memory does not depend on the size of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace mn::archive
{

/// Views into a buffer: they live only as long as the call that gets them.
struct MboxRecord {
    std::string_view key;
    std::string_view author;
    std::string_view date; ///< value of the field
    std::string_view subject;
    std::string_view text;    ///< as in the file
    std::uint64_t offset = 0; ///< where it begins in the file
    std::size_t size = 0;
};

/// What is known of a record of an mbox; key is empty when it is no record of ours.
MboxRecord parse_record(std::string_view record);

/// For one mbox after the other.
class MboxScanner
{
public:
    /// False ends the scan.
    using Use = std::function<bool(const MboxRecord&)>;

    /// words: folded; at least one, none empty. They must outlive the scanner.
    explicit MboxScanner(std::span<const std::string> words);

    /// use: called in the order of the file. Of a record of more than 4 MiB only the beginning is
    /// searched. Throws Error.
    void scan(int fd, const Use& use);

private:
    bool fill(int fd);
    bool scan_piece(std::string_view piece, const Use& use);
    bool matches(const MboxRecord& record) const;
    std::string_view folded(std::string_view part) const;

    std::span<const std::string> words_;
    const std::string& longest_;
    std::string text_;
    std::size_t size_ = 0;        ///< of what is in text_
    std::uint64_t offset_ = 0;    ///< of that in the file
    const char* piece_ = nullptr; ///< what of text_ is looked at
    std::string folded_;          ///< the same folded
};

} // namespace mn::archive

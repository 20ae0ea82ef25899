#include "archive/attachment.hpp"

#include "archive/clean_text.hpp"
#include "base/text.hpp"
#include "crypto/digest.hpp"

#include <algorithm>

namespace mn::archive
{
namespace
{

constexpr std::size_t max_name = 200;
constexpr std::size_t max_type = 80;

std::string in_hex(std::string_view bytes)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text.push_back(digits[byte >> 4]);
        text.push_back(digits[byte & 15U]);
    }
    return text;
}

/// The last piece of what may be a path.
std::string name_of(std::string_view given)
{
    const std::string line = clean_line(given, 4 * max_name);
    std::string_view name = line;
    name.remove_prefix(name.find_last_of("/\\") + 1); // 0 when there is none
    name.remove_prefix(std::min(name.find_first_not_of(". "), name.size()));
    return std::string(cut(name, max_name));
}

} // namespace

Attachment attachment_of(const Part& part)
{
    Attachment attachment;
    attachment.name = name_of(part.name);
    const bool is_known = part.type.size() <= max_type && !part.is_multipart();
    attachment.type = is_known ? part.type : "application/octet-stream";
    attachment.bytes = decoded(part);
    attachment.digest = in_hex(crypto::bytes_of(crypto::sha256(attachment.bytes)));
    return attachment;
}

bool is_patch(const Part& part)
{
    return part.type == "text/x-patch" || part.type == "text/x-diff" ||
           part.name.ends_with(".patch") || part.name.ends_with(".diff");
}

std::string size_text(std::size_t bytes)
{
    if (bytes < 1000) return cat(std::to_string(bytes), bytes == 1 ? " byte" : " bytes");
    if (bytes < 1000000) return cat(std::to_string((bytes + 500) / 1000), " KB");
    const std::size_t tenths = (bytes + 50000) / 100000;
    return cat(std::to_string(tenths / 10), ".", std::to_string(tenths % 10), " MB");
}

std::string label_of(const Attachment& attachment)
{
    if (!attachment.name.empty()) return attachment.name;
    if (attachment.type == "text/html") return "HTML";
    return attachment.type.starts_with("image/") ? "image" : "attachment";
}

} // namespace mn::archive

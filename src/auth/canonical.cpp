#include "auth/canonical.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace mn::dkim
{
namespace
{

bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool is_white(char c)
{
    return is_blank(c) || c == '\r' || c == '\n';
}

/// Does this byte need a closer look? A lone space between two words does not.
bool is_irregular(const char* at)
{
    return is_white(*at) && (*at != ' ' || is_white(at[1]));
}

#ifdef __SSE2__
unsigned mask_of(__m128i block, char c)
{
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(c))));
}

/// is_irregular() of 16 bytes at once, one bit each; reads 17.
[[gnu::always_inline]] inline unsigned irregular_mask(const char* at)
{
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const unsigned spaces = mask_of(block, ' ');
    const unsigned others = mask_of(block, '\t') | mask_of(block, '\r') | mask_of(block, '\n');
    const unsigned next_is_white = is_white(at[16]) ? 1U << 15 : 0U;
    return others | (spaces & (((spaces | others) >> 1) | next_is_white));
}

/// What stands in the way, and what becomes of it.
struct Irregularity {
    std::ptrdiff_t length = 0; ///< 0: it takes more than a look
    std::string_view replacement;
};

/// White space between two words, or a line end between two lines of text.
Irregularity irregularity_at(const char* const in, const char* const end)
{
    const char* at = in;
    while (at < end && is_blank(*at))
        ++at;
    if (end - at < 3) return {};
    const int line_end = *at == '\n' ? 1 : *at == '\r' && at[1] == '\n' ? 2 : 0;
    if (line_end == 0) return {at - in, " "};
    if (is_white(at[line_end])) return {};
    return {at + line_end - in, "\r\n"};
}
#endif

/// How many bytes at the start the relaxed form leaves alone. The last byte of the text never
/// counts if it is white, for what follows it is not known.
std::size_t regular_length(std::string_view text)
{
    std::size_t i = 0;
#ifdef __SSE2__
    for (; i + 17 <= text.size(); i += 16)
        if (const unsigned mask = irregular_mask(text.data() + i))
            return i + static_cast<std::size_t>(std::countr_zero(mask));
#endif
    while (i + 1 < text.size() && !is_irregular(text.data() + i))
        ++i;
    if (i + 1 == text.size() && !is_white(text[i])) ++i;
    return i;
}

std::string with_crlf(std::string_view text)
{
    std::string result;
    result.reserve(text.size() + text.size() / 32 + 2);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (end < text.size() && line.ends_with('\r')) line.remove_suffix(1);
        result.append(line).append("\r\n");
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
}

/// The value unfolded, runs of white space as one space, none at the ends.
void append_relaxed_value(std::string& result, std::string_view value)
{
    const std::size_t start = result.size();
    bool owed_space = false;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        const bool is_line_end =
            c == '\n' || (c == '\r' && i + 1 < value.size() && value[i + 1] == '\n');
        if (is_line_end) continue;
        if (is_blank(c)) {
            owed_space = true;
            continue;
        }
        if (owed_space && result.size() > start) result.push_back(' ');
        owed_space = false;
        result.push_back(c);
    }
}

std::string relaxed_field(std::string_view text)
{
    const std::size_t colon = std::min(text.find(':'), text.size());
    std::string_view name = text.substr(0, colon);
    while (!name.empty() && is_blank(name.back()))
        name.remove_suffix(1);
    std::string result = lower(name);
    result.reserve(text.size() + 2);
    result.push_back(':');
    append_relaxed_value(result, text.substr(std::min(colon + 1, text.size())));
    result.append("\r\n");
    return result;
}

} // namespace

BodyCanonicalizer::BodyCanonicalizer(Canonicalization form, Sink sink)
    : form_(form), sink_(std::move(sink))
{
}

void BodyCanonicalizer::update(std::string_view chunk)
{
    while (!chunk.empty()) {
        if (owed_carriage_return_)
            chunk = after_carriage_return(chunk);
        else if (form_ == Canonicalization::simple)
            chunk = take_simple(chunk);
        else
            chunk = take_relaxed(take_ordinary_text(chunk));
    }
}

/// The short cut for nearly everything: copies blocks of 16 bytes and mends what is irregular in
/// them, as long as nothing is owed. Stops where that is not so simple; take_relaxed() goes on.
std::string_view BodyCanonicalizer::take_ordinary_text(std::string_view chunk)
{
    if (owed_line_ends_ > 0 || owed_space_ || !has_text_) return chunk;
#ifdef __SSE2__
    constexpr std::ptrdiff_t needed = 18; // a block, and what may follow a line end in it
    const char* in = chunk.data();
    const char* const end = in + chunk.size();
    while (end - in >= needed) {
        if (buffer_.size() - used_ < 2 * needed) flush();
        char* out = buffer_.data() + used_;
        std::memcpy(out, in, 16);
        const unsigned mask = irregular_mask(in);
        const int length = mask == 0 ? 16 : std::countr_zero(mask);
        in += length;
        used_ += static_cast<std::size_t>(length);
        if (mask == 0) continue;
        const Irregularity found = irregularity_at(in, end);
        if (found.length == 0) break;
        std::memcpy(out + length, found.replacement.data(), found.replacement.size());
        in += found.length;
        used_ += found.replacement.size();
    }
    chunk.remove_prefix(static_cast<std::size_t>(in - chunk.data()));
#endif
    return chunk;
}

/// The body ends in one line end if there is anything in it; the simple form of nothing is one line
/// end. [RFC6376 3.4.3] [RFC6376 3.4.4]
void BodyCanonicalizer::finish()
{
    if (std::exchange(owed_carriage_return_, false)) text("\r");
    if (has_text_ || form_ == Canonicalization::simple) put("\r\n");
    flush();
}

std::string_view BodyCanonicalizer::take_relaxed(std::string_view chunk)
{
    if (owed_space_)
        while (!chunk.empty() && is_blank(chunk.front()))
            chunk.remove_prefix(1);
    const std::size_t length = regular_length(chunk);
    if (length > 0) {
        text(chunk.substr(0, length));
        return chunk.substr(length);
    }
    if (chunk.empty()) return chunk;
    switch (chunk.front()) {
    case '\n':
        end_line();
        break;
    case '\r':
        owed_carriage_return_ = true;
        break;
    default:
        owed_space_ = true;
        break;
    }
    return chunk.substr(1);
}

std::string_view BodyCanonicalizer::take_simple(std::string_view chunk)
{
    const std::size_t end = chunk.find('\n');
    std::string_view line = chunk.substr(0, end);
    // A CR at the very end belongs to a line end that may follow.
    const bool ends_in_return = line.ends_with('\r');
    if (ends_in_return) line.remove_suffix(1);
    if (!line.empty()) text(line);
    if (end == std::string_view::npos) {
        owed_carriage_return_ = ends_in_return;
        return {};
    }
    end_line();
    return chunk.substr(end + 1);
}

std::string_view BodyCanonicalizer::after_carriage_return(std::string_view chunk)
{
    owed_carriage_return_ = false;
    if (chunk.front() != '\n') {
        text("\r");
        return chunk;
    }
    end_line();
    return chunk.substr(1);
}

void BodyCanonicalizer::end_line()
{
    owed_space_ = false;
    ++owed_line_ends_;
}

void BodyCanonicalizer::text(std::string_view bytes)
{
    for (; owed_line_ends_ > 0; --owed_line_ends_)
        put("\r\n");
    if (std::exchange(owed_space_, false)) put(" ");
    put(bytes);
    has_text_ = true;
}

void BodyCanonicalizer::put(std::string_view bytes)
{
    if (bytes.size() > buffer_.size() - used_) flush();
    if (bytes.size() > buffer_.size()) {
        sink_(bytes);
        return;
    }
    std::memcpy(buffer_.data() + used_, bytes.data(), bytes.size());
    used_ += bytes.size();
}

void BodyCanonicalizer::flush()
{
    if (used_ > 0) sink_({buffer_.data(), used_});
    used_ = 0;
}

std::string canonical_field(Canonicalization form, std::string_view text)
{
    return form == Canonicalization::relaxed ? relaxed_field(text) : with_crlf(text);
}

std::string canonical_signature_field(Canonicalization form, std::string_view text,
                                      std::string_view raw_b)
{
    const auto start = static_cast<std::size_t>(raw_b.data() - text.data());
    std::string field =
        canonical_field(form, cat(text.substr(0, start), text.substr(start + raw_b.size())));
    field.resize(field.size() - 2);
    return field;
}

} // namespace mn::dkim

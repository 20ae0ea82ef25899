// Finds the number of a text, blind to the case of ASCII letters: a million names in 16 MB.
//
//   TextIndex index;
//   FoldedText key("Bob@Example.test");
//   index.insert(key.text(), 7, [&](std::uint32_t id) { return names[id]; });
//   index.find(key.text(), [&](std::uint32_t id) { return names[id]; });    // 7
//
// The index keeps hashes and numbers only; the caller keeps the texts and hands them out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace mn::config
{

/// A to Z in lower case, everything else as it is.
inline char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// A short text in lower case, without a heap allocation. What does not fit makes it empty, and
/// nothing has an empty name.
class FoldedText
{
public:
    FoldedText() = default;
    explicit FoldedText(std::string_view text) { append(text); }
    FoldedText(std::string_view local, std::string_view domain)
    {
        append(local);
        append("@");
        append(domain);
    }
    std::string_view text() const
    {
        return overflow_ ? std::string_view() : std::string_view(bytes_.data(), size_);
    }

private:
    void append(std::string_view text)
    {
        if (text.size() > bytes_.size() - size_) {
            overflow_ = true;
            return;
        }
        for (const char c : text)
            bytes_[size_++] = fold(c);
    }

    std::array<char, 64 + 1 + 253> bytes_; ///< the longest address
    std::size_t size_ = 0;
    bool overflow_ = false;
};

/// True if text, folded, is the same as folded.
inline bool is_same_folded(std::string_view text, std::string_view folded)
{
    if (text.size() != folded.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (fold(text[i]) != folded[i]) return false;
    return true;
}

class TextIndex
{
public:
    static constexpr std::uint32_t none = UINT32_MAX;

    /// Room for this many names; more may follow.
    void reserve(std::size_t names)
    {
        std::size_t wanted = 16;
        while (wanted < names * 2)
            wanted *= 2;
        if (wanted > slots_.size()) grow(wanted);
    }

    /// The number of a name, or none. text_of(id) gives the text that belongs to a number.
    template <typename TextOf>
    std::uint32_t find(std::string_view folded, TextOf text_of) const
    {
        if (slots_.empty() || folded.empty()) return none;
        const std::uint32_t hash = hash_of(folded);
        for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
            const Slot& slot = slots_[at];
            if (slot.id == none) return none;
            if (slot.hash == hash && is_same_folded(text_of(slot.id), folded)) return slot.id;
        }
    }

    /// Add a name. If it is there already, nothing changes and its old number is returned.
    template <typename TextOf>
    std::uint32_t insert(std::string_view folded, std::uint32_t id, TextOf text_of)
    {
        const std::uint32_t old = find(folded, text_of);
        if (old != none) return old;
        if (slots_.size() < (used_ + 1) * 2) grow(slots_.empty() ? 16 : slots_.size() * 2);
        place({hash_of(folded), id});
        ++used_;
        return id;
    }

private:
    struct Slot {
        std::uint32_t hash;
        std::uint32_t id = none;
    };

    static std::uint32_t hash_of(std::string_view folded)
    {
        const std::size_t hash = std::hash<std::string_view>()(folded);
        return static_cast<std::uint32_t>(hash ^ (hash >> 32));
    }

    std::size_t mask() const { return slots_.size() - 1; }

    void place(Slot slot)
    {
        std::size_t at = slot.hash & mask();
        while (slots_[at].id != none)
            at = (at + 1) & mask();
        slots_[at] = slot;
    }

    void grow(std::size_t size)
    {
        std::vector<Slot> old(size, Slot{0, none});
        old.swap(slots_);
        for (const Slot& slot : old)
            if (slot.id != none) place(slot);
    }

    std::vector<Slot> slots_; ///< a power of two of them, at most half full
    std::size_t used_ = 0;
};

} // namespace mn::config

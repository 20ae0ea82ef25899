// Who gets the posts of a list, and how: subscribers.d, digesters.d, nomailsubs.d as mlmmj keeps
// them, one lower case address a line, in the file named after its first byte.
//
//   Subscribers subscribers(list);
//   const Change change = subscribers.add("ann@example.net", Kind::normal);
//   subscribers.for_each(Kind::normal, [&](std::string_view address) { … });
//
// Every change is under the lock of the file it changes, checked there, durable on return, and one
// rename: readers see the old file or the new. Addresses come in in any case. Throws Error 4.3.x.
#pragma once

#include "list/list.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

enum class Kind : std::uint8_t { normal, digest, nomail };

/// How somebody is subscribed; both: normal and digest.
enum class Subscription : std::uint8_t { none, normal, digest, nomail, both };

std::string_view name_of(Kind kind);                 ///< "normal", "digest", "nomail"
std::string_view name_of(Subscription subscription); ///< and "none", "both"

/// An address that may be subscribed, as it is stored, in lower case; nothing for anything else.
/// mn::parse_address takes it, it has no "/", for it becomes the name of a file
/// (bounce/user=domain), and no more than max_subscriber_address bytes.
inline constexpr std::size_t max_subscriber_address = 230;
std::optional<std::string> subscriber_address(std::string_view text);

class Subscribers
{
public:
    explicit Subscribers(const List& list);

    Subscription find(std::string_view address) const;
    /// Of each, in one pass. addresses: in lower case.
    std::vector<Subscription> find_many(std::span<const std::string_view> addresses) const;

    enum class Change : std::uint8_t {
        added,    ///< was none
        switched, ///< was subscribed in another way, and is no longer
        already,  ///< was so; nothing changed
    };
    /// wanted: anything but none. An address that cannot be subscribed is refused: Error 5.1.3,
    /// and one of the list itself: Error 5.7.1.
    Change set(std::string_view address, Subscription wanted);

    /// What it was; none: nothing changed.
    Subscription remove(std::string_view address);
    /// From one kind only.
    bool remove(std::string_view address, Kind kind);

    /// Many at once, each file read once and written once; they are refused as by set(), and then
    /// nothing has changed. addresses: as subscriber_address gives them. Those given twice count as
    /// already there. report: what each of them was; in any order, after it has changed.
    struct BatchResult {
        std::size_t changed = 0;
        std::size_t already = 0; ///< when removing: were not subscribed
    };
    using Report = std::function<void(std::size_t index, Subscription before)>;
    BatchResult set_many(std::span<const std::string_view> addresses, Subscription wanted,
                         const Report& report = {});
    BatchResult remove_many(std::span<const std::string_view> addresses, const Report& report = {});

    /// In the order of the files, in lower case; streams, so that a million need no memory. Lines
    /// that are no addresses, as hand-made files may have, are left out.
    void for_each(Kind kind, const std::function<void(std::string_view)>& use) const;
    std::size_t count(Kind kind) const;
    /// Everybody once: normal and both, then digest, then nomail. Holds the digest ones in memory.
    void for_everybody(const std::function<void(std::string_view, Subscription)>& use) const;

private:
    const List& list_;
};

} // namespace mn::list

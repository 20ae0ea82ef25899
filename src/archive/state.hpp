// How far a published archive is, and what its first page and its feed are made of: the file
// .state, rewritten after each batch.
//
//   const auto state = parse_state(text);        // nothing: not one of ours, or of another version
//   write(".state", state_text(*state));
//
// Its size does not grow with the archive, but by a line for each month. Times are seconds since
// 1970.
#pragma once

#include "archive/pages.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::archive
{

inline constexpr std::size_t max_threads_shown = 50; ///< on the page of the list
inline constexpr std::size_t max_recent = 30;        ///< in the feed
inline constexpr std::size_t max_summary_text = 200; ///< bytes of a subject, an author, a summary

struct State {
    /// Of all that the pages depend on besides the messages. Another one: all is made anew.
    std::string fingerprint;
    std::string address;        ///< of the list
    std::string url;            ///< of its archive
    bool is_url_of_list = true; ///< of control/archiveurl, not of --base-url
    bool is_private = false;
    bool can_search = false;

    std::uint64_t last = 0; ///< number in archive/ of the last message that was looked at
    std::int64_t date = 0;  ///< of the last message published
    std::uint64_t messages = 0;
    std::uint64_t sitemap_lines = 0;
    std::map<std::string, unsigned> months; ///< messages of "2026-11"
    std::vector<ThreadSummary> threads;     ///< newest first
    std::vector<Recent> recent;             ///< newest first

    /// This thread has got a message.
    void touch(const ThreadSummary& thread);
    void add_recent(Recent recent);
};

std::string state_text(const State& state);
std::optional<State> parse_state(std::string_view text);

} // namespace mn::archive

// Search the archive of a list as it is on the web: newest month first, and in it what came last.
//
//   const Fd pages = open_directory("/var/lib/mailnode/web/cats");
//   const Results results = search(pages.get(), *parse_query("q=tea"));
//
// It reads the mboxes of the months, a gigabyte a second, and stops when the page is full. So
// memory is bounded, there is no index to keep, and what is not on the web cannot be found.
#pragma once

#include "archive/pages.hpp"
#include "archive/query.hpp"

#include <chrono>
#include <cstddef>

namespace mn::archive
{

inline constexpr std::size_t found_on_page = 50;

/// directory: of the list's pages, a descriptor. Nothing is found where there are no words. When
/// the time is up, older months are left out, and is_cut says so. Throws Error.
Results search(int directory, const Query& query,
               std::chrono::milliseconds patience = std::chrono::seconds(10));

} // namespace mn::archive

// What a search has found, told on a terminal and to programs.
//
//   print(hit_line(url, hit));       // "2026-03-01<TAB>Ann<TAB>Tea<TAB>https://…/m/hx/hx….html"
//   print(hit_json(url, hit).text());
//
// url: of the archive. Nothing here can end a line or begin an escape sequence.
#pragma once

#include "archive/pages.hpp"
#include "base/json.hpp"

#include <string>
#include <string_view>

namespace mn::archive
{

/// Without a line end.
std::string hit_line(std::string_view url, const Hit& hit);

Json hit_json(std::string_view url, const Hit& hit);

} // namespace mn::archive

// The front page of all public archives below a directory, and what robots may read there:
// OUT/index.html, OUT/style.css, OUT/robots.txt.
//
//   update_front("/var/www/lists");
//
// What is on it is read from the .state of each archive, so it does not matter which lists a run
// is for. Nothing of a private archive is told. Throws Error 4.3.x.
#pragma once

#include <string>

namespace mn::archive
{

/// True when something changed.
bool update_front(const std::string& out);

} // namespace mn::archive

// Who may look at a private archive: .htpasswd and .private in its directory, for the web server,
// which asks for a name and a password wherever there is .private.
//
//   protect(tree, settings);      // before any page is there; durable
//
// .htpasswd has the lines of control/archive_private that are good; when there is none, nobody may
// look. A public archive has neither. Throws Error.
#pragma once

#include "archive/settings.hpp"
#include "archive/tree.hpp"

namespace mn::archive
{

void protect(const Tree& tree, const Settings& settings);

} // namespace mn::archive

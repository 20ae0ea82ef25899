// The secrets of the return addresses that forwarding makes: a file with one on each line, the
// newest first. It makes new addresses, all of them are good for those that come back.
//
//   srs::Rewriter rewriter(read_srs_secrets("/var/lib/mailnode/srs/secrets"), "example.org");
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mn::config
{

/// Shorter ones could be found by trying.
inline constexpr std::size_t min_srs_secret = 16;

/// Without blank lines and those that begin with "#". Throws Error 4.3.5 when there is none, or one
/// is too short.
std::vector<std::string> read_srs_secrets(const std::string& path);

} // namespace mn::config

// Work in a process of its own, so that it can be confined while we are not: what it may not do, as
// starting programs, we do with what it returns.
//
//   const std::string result = run_apart([&] { confine_to(…); return parse(input); });
#pragma once

#include <functional>
#include <string>

namespace mn
{

/// What work returned. The process ends when we do. What work leaves in buffers is lost. Throws
/// Error 4.3.0 when it did not come to its end; why is in its log.
std::string run_apart(const std::function<std::string()>& work);

} // namespace mn

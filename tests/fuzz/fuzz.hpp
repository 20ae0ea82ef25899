// What every target of tests/fuzz has: its entry point, and a way to say that a promise is broken.
// Included once by each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

/// The target: called with one input after the other.
void fuzz(std::string_view input);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz({reinterpret_cast<const char*>(data), size});
    return 0;
}

/// libFuzzer keeps the input that led here.
inline void promise(bool holds)
{
    if (!holds) std::abort();
}

/// Cut off what stands before the first NUL byte, as one argument of several.
inline std::string_view take_argument(std::string_view& input)
{
    const std::size_t end = std::min(input.find('\0'), input.size());
    const std::string_view argument = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    return argument;
}

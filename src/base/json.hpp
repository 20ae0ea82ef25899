// One JSON object on one line (JSON Lines), for programs that read our output.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mn
{

/// Build an object member by member, in the order given:
///
///   Json line;
///   line.add("address", "bob@example.org").add("hop", 2);
///   puts(line.text().c_str());
///
/// Strings are escaped; bytes that are not valid UTF-8 become U+FFFD.
class Json
{
public:
    Json& add(std::string_view key, std::string_view value);
    Json& add(std::string_view key, const char* value) { return add(key, std::string_view(value)); }
    Json& add(std::string_view key, std::uint64_t value);
    Json& add(std::string_view key, int value)
    {
        return add(key, static_cast<std::uint64_t>(value));
    }
    Json& add(std::string_view key, bool value);
    Json& add(std::string_view key, const std::vector<std::string>& values);

    /// The object, without a newline.
    std::string text() const { return members_ + "}"; }

private:
    void add_key(std::string_view key);

    std::string members_ = "{";
};

} // namespace mn

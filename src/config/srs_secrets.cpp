#include "config/srs_secrets.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace mn::config
{
namespace
{

constexpr std::size_t max_file = 1 << 16;

Error unusable(const std::string& path, std::string_view why)
{
    return Error("4.3.5", "mail system configuration error", cat(path, ": ", why));
}

} // namespace

std::vector<std::string> read_srs_secrets(const std::string& path)
{
    std::vector<std::string> secrets;
    const std::string text = read_file(path, max_file);
    for (const std::string_view line : split(text, '\n')) {
        const std::string_view secret = trim(line);
        if (secret.empty() || secret.front() == '#') continue;
        if (secret.size() < min_srs_secret) throw unusable(path, "a secret is too short");
        secrets.emplace_back(secret);
    }
    if (secrets.empty()) throw unusable(path, "no secret in it");
    return secrets;
}

} // namespace mn::config

// The signatures of this project, for many messages at once.
//   ours sign RSA.pem ED25519.pem DIR OUT     OUT/NNNN.eml: signed with both keys, in all four
//   forms ours sign RSA.pem - DIR OUT               with one key, always relaxed ours verify ZONE
//   DIR                      lines "NNNN verdict verdict…"
#include "auth/dkim_sign.hpp"
#include "auth/dkim_verify.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "dns/zone.hpp"
#include "message/header.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>

using namespace mn;
using dkim::Canonicalization;

namespace
{

constexpr std::size_t limit = 1 << 26;

std::clock_t used = 0;

template <typename Work>
auto timed(Work work)
{
    const std::clock_t start = std::clock();
    auto result = work();
    used += std::clock() - start;
    return result;
}

std::vector<std::filesystem::path> messages_of(const char* directory)
{
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(directory))
        paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    return paths;
}

void sign(char** argv)
{
    const auto rsa = crypto::PrivateKey::from_pem(read_file(argv[0], limit));
    std::vector<dkim::SigningKey> keys{{&rsa, "example.org", "r"}};
    std::optional<crypto::PrivateKey> ed;
    if (std::strcmp(argv[1], "-") != 0) {
        ed.emplace(crypto::PrivateKey::from_pem(read_file(argv[1], limit)));
        keys.push_back({&*ed, "example.org", "e"});
    }
    unsigned number = 0;
    for (const auto& path : messages_of(argv[2])) {
        const std::string message = read_file(path, limit);
        const MessageParts parts = split_message(message);
        dkim::SigningOptions options;
        options.header = number & 1 ? Canonicalization::simple : Canonicalization::relaxed;
        options.body = number & 2 ? Canonicalization::simple : Canonicalization::relaxed;
        if (ed) ++number;
        const std::string fields = timed([&] {
            dkim::Signer signer(parts.header, keys, std::time(nullptr), options);
            signer.body(parts.body);
            return signer.finish(line_end_of(message));
        });
        std::ofstream(std::filesystem::path(argv[3]) / path.filename(), std::ios::binary)
            << fields << message;
    }
}

void verify(char** argv)
{
    dns::ZoneResolver resolver(read_file(argv[0], limit));
    for (const auto& path : messages_of(argv[1])) {
        const std::string message = read_file(path, limit);
        const MessageParts parts = split_message(message);
        const auto results = timed([&] {
            dkim::Verifier verifier(parts.header, std::time(nullptr));
            verifier.body(parts.body);
            return verifier.finish(resolver);
        });
        std::printf("%s", path.stem().c_str());
        for (const dkim::Result& result : results)
            std::printf(" %s", std::string(dkim::verdict_name(result.verdict)).c_str());
        std::printf("\n");
    }
}

} // namespace

int main(int argc, char** argv)
{
    if (argc == 6 && std::strcmp(argv[1], "sign") == 0)
        sign(argv + 2);
    else if (argc == 4 && std::strcmp(argv[1], "verify") == 0)
        verify(argv + 2);
    else
        return 64;
    if (std::getenv("CPU") != nullptr)
        std::fprintf(stderr, "cpu %.3f\n", static_cast<double>(used) * 1000 / CLOCKS_PER_SEC);
    return 0;
}

// The signatures of this project, for many messages at once.
//   ours sign RSA.pem ED25519.pem DIR OUT     OUT/NNNN.eml: signed with both keys
//   ours verify ZONE DIR                      lines "NNNN verdict verdict…"
#include "auth/dkim_sign.hpp"
#include "auth/dkim_verify.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "dns/zone.hpp"
#include "message/header.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>

using namespace mn;
using dkim::Canonicalization;

namespace
{

constexpr std::size_t limit = 1 << 26;

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
    const auto ed = crypto::PrivateKey::from_pem(read_file(argv[1], limit));
    unsigned number = 0;
    for (const auto& path : messages_of(argv[2])) {
        const std::string message = read_file(path, limit);
        const MessageParts parts = split_message(message);
        dkim::SigningOptions options;
        options.header = number & 1 ? Canonicalization::simple : Canonicalization::relaxed;
        options.body = number & 2 ? Canonicalization::simple : Canonicalization::relaxed;
        ++number;
        dkim::Signer signer(parts.header,
                            {{&rsa, "example.org", "r"}, {&ed, "example.org", "e"}},
                            std::time(nullptr), options);
        signer.body(parts.body);
        std::ofstream(std::filesystem::path(argv[3]) / path.filename(), std::ios::binary)
            << signer.finish(line_end_of(message)) << message;
    }
}

void verify(char** argv)
{
    dns::ZoneResolver resolver(read_file(argv[0], limit));
    for (const auto& path : messages_of(argv[1])) {
        const std::string message = read_file(path, limit);
        const MessageParts parts = split_message(message);
        dkim::Verifier verifier(parts.header, std::time(nullptr));
        verifier.body(parts.body);
        std::printf("%s", path.stem().c_str());
        for (const dkim::Result& result : verifier.finish(resolver))
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
    return 0;
}

// The same as ours.cpp by libopendkim.
//   opendkim sign RSA.pem FORMS DIR OUT     FORMS: - for always relaxed, else all four in turn
//   opendkim verify RECORDS DIR         RECORDS: lines "name record"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// The header is C.
#define _Bool bool
extern "C" {
#include <opendkim/dkim.h>
}

namespace
{

std::map<std::string, std::string> records;
std::clock_t used = 0;

template <typename Work>
auto timed(Work work)
{
    const std::clock_t start = std::clock();
    auto result = work();
    used += std::clock() - start;
    return result;
}

int end()
{
    if (std::getenv("CPU") != nullptr)
        std::fprintf(stderr, "cpu %.3f\n", static_cast<double>(used) * 1000 / CLOCKS_PER_SEC);
    return 0;
}

DKIM_CBSTAT find_key(DKIM*, DKIM_SIGINFO* signature, unsigned char* buffer, size_t size)
{
    const auto text = [](const unsigned char* bytes) {
        return std::string(reinterpret_cast<const char*>(bytes));
    };
    const auto found = records.find(text(dkim_sig_getselector(signature)) + "._domainkey." +
                                    text(dkim_sig_getdomain(signature)));
    if (found == records.end() || found->second.size() >= size) return DKIM_CBSTAT_NOTFOUND;
    std::memcpy(buffer, found->second.c_str(), found->second.size() + 1);
    return DKIM_CBSTAT_CONTINUE;
}

std::string contents(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// As SMTP would have it.
std::string with_crlf(const std::string& text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) result.push_back('\r');
        result.push_back(text[i]);
    }
    return result.ends_with("\r\n") ? result : result + "\r\n";
}

unsigned char* bytes(std::string& text)
{
    return reinterpret_cast<unsigned char*>(text.data());
}

/// Give it a message; it wants fields without their line end.
DKIM_STAT feed(DKIM* handle, const std::string& message)
{
    std::size_t at = 0;
    while (at < message.size() && message.compare(at, 2, "\r\n") != 0) {
        std::size_t end = at;
        do
            end = message.find("\r\n", end) + 2;
        while (end < message.size() && (message[end] == ' ' || message[end] == '\t'));
        std::string field = message.substr(at, end - 2 - at);
        if (const DKIM_STAT status = dkim_header(handle, bytes(field), field.size())) return status;
        at = end;
    }
    const DKIM_STAT status = dkim_eoh(handle);
    if (status != DKIM_STAT_OK) return status;
    std::string body = at < message.size() ? message.substr(at + 2) : std::string();
    if (!body.empty()) dkim_body(handle, bytes(body), body.size());
    return dkim_eom(handle, nullptr);
}

std::string verdicts(DKIM_LIB* library, const std::string& message)
{
    DKIM_STAT status = DKIM_STAT_OK;
    DKIM* handle = dkim_verify(library, bytes(const_cast<std::string&>(message)), nullptr, &status);
    const DKIM_STAT fed = feed(handle, message);
    std::string result;
    DKIM_SIGINFO** signatures = nullptr;
    int count = 0;
    if (dkim_getsiglist(handle, &signatures, &count) != DKIM_STAT_OK)
        result = " error" + std::to_string(fed);
    for (int i = 0; i < count; ++i) {
        dkim_sig_process(handle, signatures[i]);
        const bool passed = (dkim_sig_getflags(signatures[i]) & DKIM_SIGFLAG_PASSED) != 0 &&
                            dkim_sig_getbh(signatures[i]) == DKIM_SIGBH_MATCH;
        result += passed ? " pass" : " fail";
    }
    dkim_free(handle);
    return result;
}

std::string signature(DKIM_LIB* library, std::string key, const std::string& message,
                      unsigned number)
{
    const auto form = [](unsigned simple) {
        return simple != 0 ? DKIM_CANON_SIMPLE : DKIM_CANON_RELAXED;
    };
    std::string selector = "r";
    std::string domain = "example.org";
    DKIM_STAT status = DKIM_STAT_OK;
    DKIM* handle = dkim_sign(library, bytes(domain), nullptr, bytes(key), bytes(selector),
                             bytes(domain), form(number & 1), form(number & 2), DKIM_SIGN_RSASHA256,
                             number % 7 == 6 ? 10 : -1, &status);
    std::string field;
    unsigned char* value = nullptr;
    size_t size = 0;
    if (feed(handle, message) == DKIM_STAT_OK &&
        dkim_getsighdr_d(handle, std::strlen("DKIM-Signature: "), &value, &size) == DKIM_STAT_OK)
        field = "DKIM-Signature: " + std::string(reinterpret_cast<char*>(value), size) + "\r\n";
    dkim_free(handle);
    return field;
}

std::vector<std::filesystem::path> messages_of(const char* directory)
{
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(directory))
        paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    return paths;
}

} // namespace

int main(int argc, char** argv)
{
    DKIM_LIB* library = dkim_init(nullptr, nullptr);
    if (argc == 6 && std::strcmp(argv[1], "sign") == 0) {
        const std::string key = contents(argv[2]);
        unsigned number = 0;
        for (const auto& path : messages_of(argv[4])) {
            const std::string message = with_crlf(contents(path));
            const std::string field =
                timed([&] { return signature(library, key, message, number); });
            // With one key for a bench, always relaxed, as ours.cpp does it.
            if (std::strcmp(argv[3], "-") != 0) ++number;
            std::ofstream(std::filesystem::path(argv[5]) / path.filename(), std::ios::binary)
                << field << message;
        }
        return end();
    }
    if (argc != 4) return 64;
    std::ifstream lines(argv[2]);
    for (std::string line; std::getline(lines, line);)
        records[line.substr(0, line.find(' '))] = line.substr(line.find(' ') + 1);
    dkim_set_key_lookup(library, find_key);
    for (const auto& path : messages_of(argv[3])) {
        const std::string message = with_crlf(contents(path));
        std::printf("%s%s\n", path.stem().c_str(),
                    timed([&] { return verdicts(library, message); }).c_str());
    }
    return end();
}

#include "auth/second_opinion.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "message/header.hpp"

#include <cstring>
#include <memory>
#include <sys/types.h>

// A header for C99, which has a type that C++ does not.
#define _Bool bool
#include <opendkim/dkim.h>
#undef _Bool

namespace mn::dkim
{
namespace
{

struct FreeLibrary {
    void operator()(DKIM_LIB* library) const { ::dkim_close(library); }
};
struct FreeHandle {
    void operator()(DKIM* handle) const { ::dkim_free(handle); }
};

[[noreturn]] void give_up(std::string_view action, DKIM_STAT status)
{
    const char* const text = ::dkim_getresultstr(status);
    throw Error("4.3.0", "mail system error",
                cat("libopendkim cannot ", action, ": ", text == nullptr ? "no reason" : text));
}

void check(DKIM_STAT status, std::string_view action)
{
    if (status != DKIM_STAT_OK) give_up(action, status);
}

unsigned char* bytes(std::string& text)
{
    return reinterpret_cast<unsigned char*>(text.data());
}

std::string text_of(const unsigned char* text)
{
    return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
}

/// libopendkim takes CRLF only, and silently makes nonsense of LF.
std::string with_crlf(std::string_view text)
{
    std::string converted;
    converted.reserve(text.size() + text.size() / 32);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) converted += '\r';
        converted += text[i];
    }
    if (!converted.empty() && !converted.ends_with("\r\n")) converted += "\r\n";
    return converted;
}

DKIM_CBSTAT look_up(DKIM* handle, DKIM_SIGINFO* signature, unsigned char* buffer, std::size_t size)
{
    const auto& find_record = *static_cast<const FindRecord*>(::dkim_get_user_context(handle));
    const auto record = find_record(text_of(::dkim_sig_getselector(signature)),
                                    text_of(::dkim_sig_getdomain(signature)));
    if (!record || record->size() >= size) return DKIM_CBSTAT_NOTFOUND;
    std::memcpy(buffer, record->c_str(), record->size() + 1);
    return DKIM_CBSTAT_CONTINUE;
}

SecondOpinion opinion_of(DKIM_SIGINFO* signature)
{
    SecondOpinion opinion;
    opinion.domain = text_of(::dkim_sig_getdomain(signature));
    opinion.selector = text_of(::dkim_sig_getselector(signature));
    opinion.is_good = (::dkim_sig_getflags(signature) & DKIM_SIGFLAG_PASSED) != 0 &&
                      ::dkim_sig_getbh(signature) == DKIM_SIGBH_MATCH;
    if (opinion.is_good) return opinion;
    const char* const text = ::dkim_sig_geterrorstr(::dkim_sig_geterror(signature));
    opinion.reason = text == nullptr ? "the signature did not verify" : text;
    return opinion;
}

} // namespace

std::vector<SecondOpinion> second_opinions(std::string_view header, std::string_view body,
                                           const FindRecord& find_record)
{
    const std::unique_ptr<DKIM_LIB, FreeLibrary> library(::dkim_init(nullptr, nullptr));
    if (!library) give_up("start", DKIM_STAT_NORESOURCE);
    check(::dkim_set_key_lookup(library.get(), look_up), "be told the keys");
    DKIM_STAT status = DKIM_STAT_OK;
    const unsigned char id[] = "message";
    const std::unique_ptr<DKIM, FreeHandle> handle(
        ::dkim_verify(library.get(), id, nullptr, &status));
    if (!handle) give_up("verify", status);
    FindRecord find = find_record;
    check(::dkim_set_user_context(handle.get(), &find), "be told the keys");

    for (const HeaderField& field : header_fields(header)) {
        std::string text = with_crlf(field.text);
        check(::dkim_header(handle.get(), bytes(text), text.size() - 2), "read a header field");
    }
    status = ::dkim_eoh(handle.get());
    if (status == DKIM_STAT_NOSIG) return {};
    check(status, "read the header");
    std::string text = with_crlf(body);
    if (!text.empty()) check(::dkim_body(handle.get(), bytes(text), text.size()), "read the body");
    // What it makes of the message as a whole does not matter: each signature is asked.
    ::dkim_eom(handle.get(), nullptr);
    DKIM_SIGINFO** signatures = nullptr;
    int count = 0;
    check(::dkim_getsiglist(handle.get(), &signatures, &count), "tell the signatures");
    std::vector<SecondOpinion> opinions;
    for (int i = 0; i < count; ++i)
        opinions.push_back(opinion_of(signatures[i]));
    return opinions;
}

} // namespace mn::dkim

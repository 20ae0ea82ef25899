#include "archive/search_web.hpp"

#include "archive/pages.hpp"
#include "archive/search.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "list/oneclick.hpp"

#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace mn::archive
{
namespace
{

cgi::Response response_of(int status, std::string page)
{
    cgi::Response response;
    response.status = status;
    response.fields = {{"Content-Type", "text/html; charset=utf-8"},
                       {"Content-Security-Policy",
                        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
                        "base-uri 'none'; frame-ancestors 'none'"},
                       {"X-Content-Type-Options", "nosniff"},
                       {"X-Frame-Options", "DENY"},
                       {"X-Robots-Tag", "noindex, nofollow"},
                       {"Referrer-Policy", "no-referrer"},
                       {"Cache-Control", "private, no-cache"}};
    response.body = std::move(page);
    return response;
}

ListFacts facts_of(std::string_view name)
{
    ListFacts facts;
    facts.name = name;
    facts.can_search = true;
    return facts;
}

/// "cats" of "/cats" or "/cats/".
std::optional<std::string> list_name(std::string_view path)
{
    if (!path.starts_with('/')) return std::nullopt;
    path.remove_prefix(1);
    if (path.ends_with('/')) path.remove_suffix(1);
    if (!list::is_list_name(path)) return std::nullopt;
    return std::string(path);
}

/// Nothing where no list of that name is on the web.
Fd open_pages(const std::string& out, const std::string& name)
{
    const Fd all = open_directory(out);
    const std::string index = cat(name, "/index.html");
    struct stat found = {};
    if (::fstatat(all.get(), index.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return Fd();
        throw system_error(errno, "look for", index);
    }
    return open_subdirectory(all.get(), name);
}

} // namespace

cgi::Response search_refusal(int status)
{
    cgi::Response response = response_of(status, search_error_page(facts_of("archive"), status));
    if (status == 405) response.fields.emplace_back("Allow", "GET, HEAD");
    if (status == 503) response.fields.emplace_back("Retry-After", "60");
    return response;
}

cgi::Response answer_search(const std::string& out, const cgi::Request& request,
                            std::chrono::milliseconds patience)
{
    if (request.method != "GET" && request.method != "HEAD") return search_refusal(405);
    const auto name = list_name(request.path);
    const Fd pages = name ? open_pages(out, *name) : Fd();
    if (!pages) return search_refusal(404);
    const auto query = parse_query(request.query);
    if (!query) return search_refusal(400);
    return response_of(200, result_page(facts_of(*name), search(pages.get(), *query, patience)));
}

} // namespace mn::archive

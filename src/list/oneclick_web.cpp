#include "list/oneclick_web.hpp"

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "list/oneclick.hpp"
#include "list/oneclick_form.hpp"
#include "list/oneclick_page.hpp"
#include "list/request.hpp"
#include "list/subscribers.hpp"

#include <optional>
#include <unistd.h>

namespace mn::list
{
namespace
{

/// "/cats/TOKEN".
struct Link {
    std::string_view list;
    std::string_view token;
};

std::optional<Link> parse_link(std::string_view path)
{
    if (!path.starts_with('/')) return std::nullopt;
    path.remove_prefix(1);
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const Link link{path.substr(0, slash), path.substr(slash + 1)};
    return is_list_name(link.list) ? std::optional(link) : std::nullopt;
}

/// What is wrong with the body, as a status; 0: it says what it has to.
int judge_body(const cgi::Request& request)
{
    if (!request.length) return 400;
    if (*request.length > max_click_body) return 413;
    const auto body = cgi::read_body(static_cast<std::size_t>(*request.length));
    return body && says_one_click(request.type, *body) ? 0 : 400;
}

/// A list, and what the click of one of its subscribers does.
class Click
{
public:
    Click(const ClickPlace& place, const cgi::Request& request, const std::string& directory)
        : place_(place), request_(request), list_(directory)
    {
    }

    cgi::Response answer(std::string_view token);

private:
    void unsubscribe(const std::string& address);
    PageFacts facts(const std::string& address, std::string_view extension) const;

    const ClickPlace& place_;
    const cgi::Request& request_;
    List list_;
};

PageFacts Click::facts(const std::string& address, std::string_view extension) const
{
    return {list_.address().text(), address, extension.empty() ? "" : list_.address_for(extension)};
}

/// Gone on return. That the goodbye could not be written does not undo it.
void Click::unsubscribe(const std::string& address)
{
    const Context context{list_, place_.texts, place_.send, place_.now};
    UnsubscribeOptions options;
    options.reason = "oneclick";
    std::string what;
    try {
        what = list::unsubscribe(context, address, options);
    } catch (const Error& error) {
        if (Subscribers(list_).find(address) != Subscription::none) throw;
        what = cat(address, " unsubscribed; told nobody: ", error.detail());
    }
    log::info(cat("list=", list_.address().text(), ": ", what, ", by a click from ",
                  printable(request_.client.substr(0, 100))));
}

cgi::Response Click::answer(std::string_view token)
{
    const OneClick click = read_oneclick(list_, token, place_.now);
    const std::string& address = click.address;
    if (click.state == OneClick::State::bad) return refusal_page(404);
    if (list_.flag("closedlist")) return closed_page(facts(address, "owner"));
    if (click.state == OneClick::State::expired) return expired_page(facts(address, "unsubscribe"));
    if (request_.method == "POST")
        unsubscribe(address);
    else if (Subscribers(list_).find(address) != Subscription::none)
        return question_page(facts(address, ""));
    return done_page(facts(address, list_.flag("closedlistsub") ? "" : "subscribe"));
}

} // namespace

cgi::Response answer_click(const ClickPlace& place, const cgi::Request& request)
{
    const bool is_post = request.method == "POST";
    if (!is_post && request.method != "GET" && request.method != "HEAD") return refusal_page(405);
    if (is_post)
        if (const int status = judge_body(request); status != 0) return refusal_page(status);
    const auto link = parse_link(request.path);
    if (!link) return refusal_page(404);
    if (::access(place.lists.c_str(), R_OK | X_OK) != 0)
        throw system_error(errno, "look into", place.lists);
    const std::string directory = cat(place.lists, "/", link->list);
    if (::access(cat(directory, "/control/listaddress").c_str(), F_OK) != 0)
        return refusal_page(404);
    return Click(place, request, directory).answer(link->token);
}

} // namespace mn::list

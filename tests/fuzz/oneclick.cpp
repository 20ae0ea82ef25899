// list/oneclick: whatever a link says, only what the list has made is good, in one spelling, and no
// link leads out of the directory of lists. The list is the same for every input, so that the seeds
// have links that are good.
#include "fuzz.hpp"

#include "base/text.hpp"
#include "list/oneclick.hpp"
#include "list/oneclick_web.hpp"

#include <filesystem>
#include <fstream>

using namespace mn;
using namespace mn::list;

namespace
{

constexpr std::int64_t now = 1800000000;

/// Two lists, of which one has made links, beside a third that no link may reach.
struct Lists {
    Lists();
    ~Lists() { std::filesystem::remove_all(root); }

    std::string root = (std::filesystem::temp_directory_path() / "mn-fuzz.XXXXXX").string();
};

Lists::Lists()
{
    promise(::mkdtemp(root.data()) != nullptr);
    for (const char* name : {"/lists/cats", "/lists/dogs", "/cats"}) {
        std::filesystem::create_directories(root + name + "/control");
        std::filesystem::create_directories(root + name + "/mailnode");
        std::ofstream(root + name + "/control/listaddress") << "cats@example.org\n";
        if (name != std::string_view("/lists/dogs"))
            std::ofstream(root + name + "/mailnode/secret") << std::string(32, 'k');
    }
}

} // namespace

void fuzz(std::string_view input)
{
    static const Lists lists;
    static const List cats(lists.root + "/lists/cats");
    const OneClick click = read_oneclick(cats, input, now);
    promise(click.address.empty() == (click.state == OneClick::State::bad));
    if (click.state != OneClick::State::bad) {
        promise(lower(click.address) == click.address);
        const std::string made = oneclick_token(cats, click.address, now);
        promise(input.substr(0, input.rfind('.')) == made.substr(0, made.rfind('.')));
    }

    static const TextDirectories texts;
    static const Send send;
    for (const std::string& path : {std::string(input), cat("/cats/", input)}) {
        const auto response =
            answer_click({lists.root + "/lists", texts, send, now},
                         {.method = "GET", .path = path, .type = {}, .length = {}, .client = {}});
        if (response.status == 404) continue;
        promise(path.starts_with("/cats/"));
        const auto state = read_oneclick(cats, std::string_view(path).substr(6), now).state;
        promise(response.status == (state == OneClick::State::good ? 200 : 410));
        promise(state != OneClick::State::bad);
    }
}

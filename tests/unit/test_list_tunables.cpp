// src/list/tunables.hpp, list/control_check.cpp, list/near_name.hpp
#include "list/tunables.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "list/near_name.hpp"
#include "list_fixture.hpp"
#include "vectors.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <vector>

using namespace mn;
using namespace mn::list;

namespace
{

/// "file:line: error what; remedy" of each problem with the control files of a list that has these.
struct File {
    const char* name;
    std::string text;
};

std::string problems(const std::vector<File>& files, bool with_owner = true)
{
    const ListDirectory directory;
    if (with_owner) directory.put("control/owner", "ann@example.net\n");
    for (const File& file : files)
        directory.put(cat("control/", file.name), file.text);
    std::string told;
    for (const ControlProblem& problem : check_control(directory.path() + "/control"))
        told += cat(problem.file, ":", std::to_string(problem.line), ":",
                    problem.is_error ? " error " : " warning ", problem.what, "; ", problem.remedy,
                    "\n");
    return told;
}

/// As openssl passwd -6 makes it, with a name.
const std::string web_account =
    "ann:$6$abcdefgh$"
    "6Pm2P4zBFhYkbRhYkbRhYkbRhYkbRhYkbRhYkbRhYkbRhYkbRhYkbRhYkbRhYkbRhYkbRhYkbRhYk/";

bool has(const std::string& told, std::string_view beginning)
{
    return cat("\n", told).find(cat("\n", beginning)) != std::string::npos;
}

} // namespace

TEST_CASE("list/tunables: names are unique and may be file names, numbers have good defaults")
{
    std::set<std::string_view> names;
    for (const Tunable& tunable : tunables()) {
        INFO(tunable.name);
        CHECK(names.insert(tunable.name).second);
        CHECK(tunable.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") ==
              std::string_view::npos);
        CHECK(find_tunable(tunable.name) == &tunable);
        CHECK_FALSE(tunable.summary.empty());
        if (tunable.type == TunableType::number && !tunable.default_value.empty())
            CHECK(parse_number(tunable.default_value));
        if (tunable.type == TunableType::boolean) CHECK(tunable.default_value.empty());
    }
    CHECK(find_tunable("") == nullptr);
    CHECK(find_tunable("closedlis") == nullptr);
    CHECK(find_tunable("Closedlist") == nullptr);
}

TEST_CASE("list/tunables: the manual has the same names, types and defaults")
{
    const auto manual = test_data("").parent_path().parent_path().parent_path() / "man/mn-list.5";
    const std::string page = contents(manual);
    std::set<std::string> documented;
    for (const std::string_view line : split(page, '\n')) {
        // .It Cm digestmaxmails Pq number, 50
        constexpr std::string_view beginning = ".It Cm ";
        const std::size_t bracket = line.find(" Pq ");
        if (!line.starts_with(beginning) || bracket == std::string_view::npos) continue;
        const std::string name(line.substr(beginning.size(), bracket - beginning.size()));
        std::string about(line.substr(bracket + 4));
        for (const std::string_view macro : {" Ql", " Cm"})
            if (const std::size_t at = about.find(macro); at != std::string::npos)
                about.erase(at, macro.size());
        if (const std::size_t at = about.find(", without"); at != std::string::npos)
            about.erase(at);
        INFO(name);
        CHECK(documented.insert(name).second);
        const Tunable* const tunable = find_tunable(name);
        REQUIRE(tunable != nullptr);
        constexpr std::array<std::string_view, 5> types{"boolean", "number", "line", "lines",
                                                        "text"};
        std::string wanted(types.at(static_cast<std::size_t>(tunable->type)));
        if (!tunable->default_value.empty()) wanted += cat(", ", tunable->default_value);
        CHECK(about == wanted);
    }
    CHECK(documented.size() == tunables().size());
}

TEST_CASE("list/tunables: nothing is wrong with a list that has every file as it should be")
{
    CHECK(problems({{"moderated", ""},
                    {"moderators", "ann@example.net\n\nbob@example.net\r\n"},
                    {"submod", ""},
                    {"prefix", "[cats]\nwhy: tradition\n"},
                    {"maxmailsize", "100000\n"},
                    {"from", "always\n"},
                    {"replyto", "author\n"},
                    {"archiveurl", "https://example.org/cats/\n"},
                    {"archive_addresses", "at\n"},
                    {"archive_private", web_account + "\n"},
                    {"oneclick", "https://lists.example.org/unsubscribe\n"},
                    {"delimiter", "-\n"},
                    {"delheaders", "Received:\nX-Spam:\n"},
                    {"customheaders", "X-A: b\n\tfolded\nX-C: d\n"},
                    {"access", "deny ^Subject: .*casino\nallow\n"},
                    {"footer", "-- \nk\xc3\xa4tzchen\n"},
                    {"README", "for people"}}) == "");
    CHECK_THROWS_AS(check_control("/nonexistent"), Error);
}

TEST_CASE("list/tunables: unknown names, and what was meant")
{
    CHECK(problems({{"closedlsit", ""}}) ==
          "closedlsit:0: error is no control file; did you mean closedlist?\n");
    CHECK(has(problems({{"Moderators", ""}}), "Moderators:0: error is no control file; did you "
                                              "mean moderators?"));
    CHECK(has(problems({{"notes", ""}}), "notes:0: warning is no control file"));
    CHECK(problems({{".hidden", ""}}) == "");
    CHECK(has(problems({{"relayhost", "x"}}), "relayhost:0: warning has no effect here"));
}

TEST_CASE("list/tunables: wrong types, with the line")
{
    CHECK(has(problems({{"modreqlife", "7d\n"}}), "modreqlife:1: error is no number: 7d"));
    CHECK(has(problems({{"modreqlife", "\n"}}), "modreqlife:1: error is empty"));
    CHECK(has(problems({{"modreqlife", "-1\n"}}), "modreqlife:1: error"));
    CHECK(has(problems({{"maxmailsize", "0\n"}}), "maxmailsize:1: warning"));
    CHECK(has(problems({{"closedlist", "No\n"}}), "closedlist:1: warning says no"));
    CHECK(has(problems({{"from", "sometimes"}}), "from:1: error has an unknown value: sometimes"));
    CHECK(has(problems({{"replyto", ""}}), "replyto:1: error"));
    for (const char* wrong : {"", "http://a.example/u", "https://a.example/<x>", "on"})
        CHECK(has(problems({{"oneclick", wrong}}), "oneclick:1: error"));
    CHECK(has(problems({{"oneclick", "https://a.example/u"}, {"closedlist", ""}}),
              "oneclick:0: warning"));
    CHECK(has(problems({{"archiveurl", "example.org"}}), "archiveurl:1: error"));
    CHECK(has(problems({{"archiveurl", "https://a.example/<x>"}}), "archiveurl:1: error"));
    for (const char* wrong : {"", "hidden", "Full"})
        CHECK(has(problems({{"archive_addresses", wrong}}), "archive_addresses:1: error"));
    CHECK(has(problems({{"delimiter", "@"}}), "delimiter:1: error"));
    CHECK(has(problems({{"prefix", " \n"}}), "prefix:1: warning is empty"));
    CHECK(has(problems({{"footer", std::string("a\0b", 3)}}), "footer:0: error has a zero byte"));
    CHECK(has(problems({{"footer", "k\xe4tzchen"}}), "footer:0: error is not in UTF-8"));
    CHECK(
        has(problems({{"footer", std::string((1 << 20) + 1, 'x')}}), "footer:0: error is bigger"));
    CHECK(has(problems({{"delheaders", "Received:\nbad name:\n"}}), "delheaders:2: error"));
    CHECK(has(problems({{"delheaders", "Received\n"}}), "delheaders:1: warning"));
    CHECK(has(problems({{"customheaders", "A: b\n\nno colon\n"}}), "customheaders:3: error"));
    CHECK(has(problems({{"customheaders", " begins folded\n"}}), "customheaders:1: error"));
    CHECK(has(problems({{"customheaders", ": b\n"}}), "customheaders:1: error"));
    CHECK(has(problems({{"access", "allow\nforbid x\n"}}), "access:2: error"));
    CHECK(has(problems({{"access", "\n"}}), "access:0: warning"));
    const ListDirectory directory;
    directory.put("control/owner/x", "");
    const auto found = check_control(directory.path() + "/control");
    REQUIRE_FALSE(found.empty());
    CHECK(found[0].file == "owner");
    CHECK(found[0].is_error);
}

TEST_CASE("list/tunables: addresses")
{
    CHECK(has(problems({{"owner", "ann@example.net\n\nbob\n"}}), "owner:3: error is no address: "
                                                                 "bob"));
    for (const char* name : {"moderators", "submod", "allowposters", "listaddress"})
        CHECK(has(problems({{name, "a@example.net\nb@\n"}}), cat(name, ":2: error is no address")));
    CHECK(has(problems({{"listaddress", ""}}), "listaddress:0: error is empty"));
    CHECK(has(problems({{"listaddress", "cats+dogs@example.org\n"}}),
              "listaddress:1: error has the delimiter + in its name"));
    CHECK(has(problems({{"listaddress", "big-cats@example.org\n"}, {"delimiter", "-"}}),
              "listaddress:1: error has the delimiter -"));
    const ListDirectory directory;
    std::filesystem::remove(directory.path() + "/control/listaddress");
    const auto found = check_control(directory.path() + "/control");
    REQUIRE_FALSE(found.empty());
    CHECK(found[0].file == "listaddress");
    CHECK(found[0].what == "is missing");
}

TEST_CASE("list/tunables: files that need each other")
{
    CHECK(has(problems({{"moderated", ""}}), "moderated:0: error needs moderators"));
    CHECK(has(problems({{"modonlypost", ""}, {"moderators", "\n"}}), "modonlypost:0: error"));
    CHECK(has(problems({{"modnonsubposts", ""}}), "modnonsubposts:0: error"));
    CHECK(has(problems({{"submod", ""}}, false), "submod:0: error names nobody"));
    CHECK(has(problems({}, false), "owner:0: warning is missing"));
    CHECK(has(problems({{"nosubconfirm", ""}}), "nosubconfirm:0: warning"));
    CHECK(problems({{"nosubconfirm", ""}, {"closedlist", ""}}) == "");
    CHECK(has(problems({{"noarchive", ""}, {"digestinterval", "5"}}), "noarchive:0: warning"));
    CHECK(problems({{"noarchive", ""}}) == "");
}

TEST_CASE("list/tunables: who may see the archive: only strong hashes, and no password is told")
{
    CHECK(has(problems({{"archive_private", "\n"}}), "archive_private:0: warning is empty"));
    for (const char* hash : {"secret", "{PLAIN}secret", "$1$abcdefgh$0123456789012345678901",
                             "$apr1$abcdefgh$0123456789012345678901", "$6$short", ""}) {
        INFO(hash);
        const std::string told =
            problems({{"archive_private", cat(web_account, "\n\nann:", hash, "\n")}});
        CHECK(has(told, "archive_private:3: error has no strong hash"));
        CHECK(told.find("secret") == std::string::npos);
    }
    for (const std::string& line : {web_account.substr(3), "#" + web_account, std::string("ann")})
        CHECK(has(problems({{"archive_private", line}}), "archive_private:1: error"));
    CHECK(has(problems({{"noarchive", ""}, {"archive_private", web_account}}),
              "archive_private:0: warning has no effect"));
}

TEST_CASE("list/tunables: near names")
{
    const std::vector<std::string_view> names{"owner", "moderated", "moderators", "tocc"};
    CHECK(near_name("owners", names) == "owner");
    CHECK(near_name("onwer", names) == "owner");
    CHECK(near_name("MODERATORS", names) == "moderators");
    CHECK(near_name("moderator", names) == "moderators");
    CHECK(near_name("toc", names) == ""); // too short to guess
    CHECK(near_name("tcoc", names) == "tocc");
    CHECK(near_name("ownership", names) == "");
    CHECK(near_name("", names) == "");
    CHECK(near_name(std::string(100000, 'x'), names) == "");
    CHECK(near_name("x", {}) == "");
}

#include "list/notice.hpp"
#include "list/oneclick.hpp"
#include "list/token.hpp"
#include "list_fixture.hpp"
#include "message/header.hpp"

#include <doctest/doctest.h>

using namespace mn::list;

namespace
{

constexpr std::int64_t now = 1800000000;
const std::string ann = "ann@example.net";

OneClick::State state(const List& list, const std::string& token, std::int64_t when = now)
{
    return read_oneclick(list, token, when).state;
}

} // namespace

TEST_CASE("list/oneclick: a token tells the address, for a year, as often as one likes")
{
    const ListDirectory directory;
    const List list(directory.path());
    for (const std::string& address :
         {ann, std::string("a@b.example"), std::string("o'neil+x=y/z@sub.example.net"),
          std::string(60, 'l') + "@" + std::string(60, 'd') + "." + std::string(60, 'e') +
              ".example"}) {
        const std::string token = oneclick_token(list, address, now + oneclick_life);
        CAPTURE(token);
        CHECK(token.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789-_.") == std::string::npos);
        for (int i = 0; i < 2; ++i) {
            const OneClick click = read_oneclick(list, token, now);
            CHECK(click.state == OneClick::State::good);
            CHECK(click.address == address);
        }
        CHECK(state(list, token, now + oneclick_life) == OneClick::State::good);
        CHECK(state(list, token, now + oneclick_life + 60) == OneClick::State::expired);
        CHECK(read_oneclick(list, token, now + oneclick_life + 60).address == address);
    }
}

TEST_CASE("list/oneclick: no other address, list, purpose, or spelling")
{
    const ListDirectory directory;
    const ListDirectory other_directory;
    const List list(directory.path());
    const List other(other_directory.path());
    const std::string token = oneclick_token(list, ann, now + 60);
    oneclick_token(other, ann, now); // it has a secret
    CHECK(state(other, token) == OneClick::State::bad);
    const std::string bob = oneclick_token(list, "bob@example.net", now + 60);
    const std::string proof = token.substr(token.rfind('.'));
    CHECK(state(list, bob.substr(0, bob.rfind('.')) + proof) == OneClick::State::bad);
    const std::string who = token.substr(0, token.rfind('.') + 1);
    for (const char* action : {"confunsub", "probe", "held"})
        CHECK(state(list, who + make_token(list, {action, ann}, now + 60)) == OneClick::State::bad);
    CHECK(state(list, who + make_token(list, {"oneclick", ann}, now + 60)) ==
          OneClick::State::good);
    // Each byte counts, and there is one spelling only.
    for (std::size_t at = 0; at < token.size(); ++at) {
        std::string wrong = token;
        wrong[at] = wrong[at] == 'a' ? 'b' : 'a';
        CHECK(state(list, wrong) == OneClick::State::bad);
    }
    for (const std::string& wrong :
         {token + "a", token + " ", "=" + token, token.substr(1), std::string("."), std::string(),
          who, std::string(5000, 'a'), std::string(5000, '.'),
          who.substr(0, who.size() - 1) + "=" + proof})
        CHECK(state(list, wrong) == OneClick::State::bad);
    // However somebody has written it into the file.
    CHECK(oneclick_token(list, "Ann@Example.NET", now + 60) == token);
}

TEST_CASE("list/oneclick: a list that has never made one is asked, and makes no secret")
{
    const ListDirectory directory;
    const List list(directory.path());
    const ListDirectory other_directory;
    const List other(other_directory.path());
    CHECK(state(list, oneclick_token(other, ann, now + 60)) == OneClick::State::bad);
    CHECK_FALSE(directory.has("mailnode"));
}

TEST_CASE("list/oneclick: control/oneclick is an address that can stand in a header")
{
    CHECK(why_no_oneclick_base("https://lists.example.org/unsubscribe").empty());
    CHECK(why_no_oneclick_base("https://lists.example.org").empty());
    CHECK(why_no_oneclick_base("https://[2001:db8::1]:8443/u/").empty());
    for (const std::string& wrong :
         {std::string("http://lists.example.org/"), std::string("lists.example.org"), std::string(),
          std::string("https://"), std::string("https:///unsubscribe"), std::string("https://a b"),
          std::string("https://a.example/>x"), std::string("https://a.example/,<http://b>"),
          std::string("https://a.example/\"x"), std::string("https://a.example/?list="),
          std::string("https://a.example/#x"), std::string("https://a.example/\x01"),
          std::string("https://\xc3\xa4.example/"), "https://a.example/" + std::string(300, 'x')}) {
        CAPTURE(wrong);
        CHECK_FALSE(why_no_oneclick_base(wrong).empty());
    }
}

TEST_CASE("list/oneclick: when there are links, and when not")
{
    const ListDirectory directory;
    const std::string path = directory.path() + "/cats";
    const auto base = [&] { return oneclick_base(List(path)); };
    directory.put("cats/control/listaddress", "cats@example.org\n");
    CHECK_FALSE(base());
    directory.put("cats/control/oneclick", "https://lists.example.org/unsubscribe/\nfor people\n");
    CHECK(base() == "https://lists.example.org/unsubscribe");
    directory.put("cats/control/closedlist", "");
    CHECK_FALSE(base());
    std::filesystem::remove(path + "/control/closedlist");
    directory.put("cats/control/oneclick", "http://lists.example.org/unsubscribe\n");
    CHECK_FALSE(base());
    directory.put("cats/control/oneclick", "https://lists.example.org\n");
    std::filesystem::rename(path, directory.path() + "/c ts");
    CHECK_FALSE(oneclick_base(List(directory.path() + "/c ts")));
}

TEST_CASE("list/oneclick: names of lists lead nowhere else")
{
    CHECK(is_list_name("cats"));
    CHECK(is_list_name("_Cats-2.0"));
    CHECK(is_list_name(std::string(64, 'a')));
    for (const std::string& wrong :
         {std::string(), std::string("."), std::string(".."), std::string(".cats"),
          std::string("-cats"), std::string("a/b"), std::string("a%2fb"), std::string("a b"),
          std::string("a\0b", 3), std::string("k\xc3\xa4tzchen"), std::string(65, 'a')})
        CHECK_FALSE(is_list_name(wrong));
}

TEST_CASE("list/oneclick: the two fields, on lines that a header may have")
{
    const ListDirectory directory;
    directory.put("cats/control/listaddress", "cats@example.org\n");
    const List list(directory.path() + "/cats");
    const std::string longest = std::string(64, 'l') + "@" + std::string(60, 'd') + "." +
                                std::string(60, 'e') + "." + std::string(40, 'f');
    const std::string base = "https://" + std::string(292, 'b');
    const std::string fields = oneclick_fields(list, base, longest, now, "\r\n");
    const auto all = mn::header_fields(fields);
    REQUIRE(all.size() == 2);
    CHECK(all[1].text == "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
    const std::string value = mn::unfolded(all[0].value);
    CHECK(all[0].is("List-Unsubscribe"));
    CHECK(value.starts_with("<" + base + "/cats/"));
    CHECK(value.ends_with(">, <mailto:cats+unsubscribe@example.org>"));
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = fields.find("\r\n", begin)) != std::string::npos;
         begin = end + 2)
        CHECK(end - begin < 998);
    const std::string token = value.substr(base.size() + 7, value.find('>') - base.size() - 7);
    const OneClick click = read_oneclick(list, token, now + oneclick_life);
    CHECK(click.state == OneClick::State::good);
    CHECK(click.address == longest);
}

#include "base/text.hpp"
#include "list/text.hpp"
#include "list/text_file.hpp"
#include "list_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

using mn::list::List;
using mn::list::Occasion;
using mn::list::TextDirectories;
using mn::list::TextValues;

namespace
{

const TextDirectories no_directories;

/// Calls back with each of these.
auto items(std::vector<std::string> all)
{
    return [all](const std::function<void(std::string_view)>& use) {
        for (const std::string& one : all)
            use(one);
    };
}

class Fixture
{
public:
    Fixture()
    {
        directory.put("control/owner", "owner@example.org\n");
        directory.put("control/three", "1\n\n3\n");
        directory.put("control/orders", "$domain$ %wrap%\n%text two%\n");
        directory.put("text/two", "A$list$ %ifcontrol owner%yes%endif%\n B\n");
        values.directories = &no_directories;
        values.occasion = {"deny", "sub", "disabled", "digest"};
        values.values = {{"subject", "a subject"}, {"subaddr", "ann@example.net"}};
        values.sources["moderators"] = items({"mo@example.org", "mia@example.org"});
        values.sources["bouncenumbers"] = items({});
        values.sources["digestthreads"] = items({"hello\n  1 - Ann\n  2 - Bob", "other\n  3 - C"});
    }

    std::string expand(std::string_view text)
    {
        const List list(directory.path());
        values.list = &list;
        return mn::list::expand(text, values);
    }

    /// Of a text with this body.
    std::string body(std::string_view text)
    {
        const std::string all = expand(mn::cat("X: y\n\n", text));
        REQUIRE(all.starts_with("X: y\n\n"));
        return all.substr(6);
    }

    ListDirectory directory;
    TextValues values;
};

struct Case {
    std::string_view text, expected;
};

void check(const std::vector<Case>& cases)
{
    for (const auto& [text, expected] : cases) {
        CAPTURE(text);
        CHECK(Fixture().body(text) == expected);
    }
}

} // namespace

TEST_CASE("list/text: conditions")
{
    check({
        {"%ifaction sub%A%else%B%endif%\n", "A\n"},
        {"%ifaction unsub sub%A%endif%\n", "A\n"},
        {"%ifreason x%A%else%B%endif%\n", "B\n"},
        {"%iftype digest%A%endif%%ifntype digest%B%endif%\n", "A\n"},
        {"%ifnaction x%A%endif%%ifnreason disabled%B%endif%\n", "A\n"},
        {"%ifcontrol owner nope%A%endif%%ifcontrol nope%B%endif%\n", "A\n"},
        // At least one of them is missing.
        {"%ifncontrol owner nope%A%endif%%ifncontrol owner listaddress%B%endif%\n", "A\n"},
        {"%ifcontrol nope%a%ifcontrol owner%b%else%c%endif%d%else%e%endif%f\n", "ef\n"},
        {"abc %ifcontrol nope% def\nghi %endif% jkl\nend\n", "abc \n jkl\nend\n"},
        {"abc %ifncontrol nope% def\nghi %endif% jkl\n", "abc  def\nghi  jkl\n"},
        {"a\n%ifcontrol nope%b\nc\n", "a\n"},
        {"a%endif%b%else%c\n", "a%endif%b%else%c\n"},
        {"%iftype%x\n", "%iftype%x\n"},
        {"%ifcontrol ../control/owner%x%endif%y\n", "y\n"},
        {"%ifcontrol nope%%wrap 10%%foo$list$%endif%aaa bbb ccc ddd\n", "aaa bbb ccc ddd\n"},
        {"%ifcontrol nope%$5 %endif%costs $\n", "costs $\n"},
    });
}

TEST_CASE(
    "list/text: lines that hold only directives vanish, and a blank line before what is left out")
{
    check({
        {"a\n\n%ifcontrol nope%\nx\n%endif%\n\nb\n", "a\n\nb\n"},
        {"a\n\n%ifcontrol nope%\nx\n%else%\n%endif%\n\nb\n", "a\n\n\nb\n"},
        {"%ifcontrol nope%\nx\n%endif%\nb\n", "b\n"},
        {"a\n\n\n%ifcontrol nope%x%endif%\n%ifcontrol nope%x%endif%\nb\n", "a\n\nb\n"},
        {"a\n\nb %ifcontrol nope%x%endif% c\n", "a\n\nb  c\n"},
        {"  %^%%comment% foo\n \nend\n", " \nend\n"},
        {"xx %^%yy\n%comment% zzz\nabc%$% def\nxx%^%\n", "yy\nabc\n"},
        {"%ww%\n%cw%  \n  %thin% x\n%zero ab\\u0301%\n", "   x\n"},
        {"abc\ndef", "abc\ndef\n"},
    });
}

TEST_CASE("list/text: variables")
{
    check({
        {"$list$ $list+$help@$domain$ $$ $subject$\n", "cats cats+help@example.org $ a subject\n"},
        {"$subaddr$ $newsub$ $oldsub$\n", "ann@example.net ann@example.net ann@example.net\n"},
        {"$listaddr$ $helpaddr$ $listgetN$\n",
         "cats@example.org cats+help@example.org cats+get-N@example.org\n"},
        {"$digestsubaddr$ $nomailunsubaddr$\n",
         "cats+subscribe-digest@example.org cats+unsubscribe-nomail@example.org\n"},
        {"[$control owner$] [$text two$]\n", "[owner@example.org] [Acats yes\n B]\n"},
        {"$nope$ $control nope$ $text nope$ $control ../owner$ $ $5\n",
         "$nope$ $control nope$ $text nope$ $control ../owner$ $ $5\n"},
        {"$control three$.\n", "1\n\n3.\n"},
        {"$moderators$\n", "mo@example.org\nmia@example.org\n"},
    });
    Fixture fixture;
    const std::string random = fixture.body("$random0$ $random0$ $random1$ $random6$\n");
    CHECK(random.substr(0, 16) == random.substr(17, 16));
    CHECK(random.substr(0, 16) != random.substr(34, 16));
    CHECK(random.ends_with(" $random6$\n"));
    CHECK(fixture.body("$random0$\n") != fixture.body("$random0$\n"));
}

TEST_CASE("list/text: escapes, and what is no directive")
{
    check({
        {"%% \\\\ \\u00e9 \\u4e00 \\/x \\=y \\ z\n", "% \\ é 一 x y  z\n"},
        {"\\u12 \\q \\\n", "u12 q \n"},
        {"\\ud800\\u000a.\n", "\xEF\xBF\xBD .\n"},
        {"100% sure, %foo% %foo bar% %wrap x% %wrap 0% % wrap%\n",
         "100% sure, %foo% %foo bar% %wrap x% %wrap 0% % wrap%\n"},
    });
}

TEST_CASE("list/text: paragraphs are filled")
{
    check({
        {"%wrap 20%aaa bbb ccc ddd eee fff ggg\nhhh iii jjj\n\nnext paragraph stays as it is\n",
         "aaa bbb ccc ddd eee\nfff ggg hhh iii jjj\n\nnext paragraph stays as it is\n"},
        {"- %wrap 20%aaa bbb ccc ddd eee fff ggg\n  hhh iii jjj\n",
         "- aaa bbb ccc ddd\n  eee fff ggg hhh\n  iii jjj\n"},
        {"  %wrap 20%\n aaa bbb ccc ddd eee fff ggg\n\nx\n",
         "  aaa bbb ccc ddd\n  eee fff ggg\n\nx\n"},
        {"%wrap 10%aaaaaaaaaaaaaaaaaaaa bbb cccccccccccccccc\n",
         "aaaaaaaaaaaaaaaaaaaa\nbbb\ncccccccccccccccc\n"},
        {"%wrap 20%aaa bbb ccc ddd eee fff ggg%nowrap%\nhhh iii jjj kkk lll mmm nnn ooo\n",
         "aaa bbb ccc ddd eee\nfff ggg\nhhh iii jjj kkk lll mmm nnn ooo\n"},
        {"%wrap 30%aaa bbb\n  %ifncontrol nope%\n   ccc ddd eee fff\n  %endif%\n ggg hhh iii\n",
         "aaa bbb ccc ddd eee fff ggg\nhhh iii\n"},
        {"%wrap 20%aaa bbb ccc\n%wrap 30%ddd eee fff ggg hhh iii jjj kkk lll\n",
         "aaa bbb ccc ddd eee fff ggg\n            hhh iii jjj kkk\n            lll\n"},
        {"%wrap 12%aa %ifncontrol nope% bb %endif% cc dd ee ff gg\n", "aa  bb  cc\ndd ee ff gg\n"},
        {"%wrap 20%aaa bbb\n   \nccc\n", "aaa bbb\n   \nccc\n"},
        {"%wrap 20%aaa bbb ccc%comment% x\nddd eee fff\n", "aaa bbb ccc ddd eee\nfff\n"},
        {"%wrap 10%éééé éééé éééé éé\n", "éééé éééé\néééé éé\n"},
        {"%wrap 10%a\\ b\\ c\\ d\\ e\\ f g\n", "a b c d e f\ng\n"},
        {"%wrap 10%aaaa/bbbb/\\/cccc/dddd\n", "aaaa/bbbb/\ncccc/dddd\n"},
        {"%wrap%\n", ""},
        {"%wrap 4000000000000000000000%x\n", "%wrap 4000000000000000000000%x\n"},
    });
}

TEST_CASE("list/text: other ways to fill")
{
    check({
        {"%wrap 10%%cw%%wide%一二三四五六七八九十\n  一二三\n",
         "一二三四\n五六七八\n九十一二\n三\n"},
        {"%wrap 10%%charwrap%一二三四五六七八九十一二三四五六七八九十\\=，五六七八\n",
         "一二三四五六七八九\n十一二三四五六七八\n九十，五六七八\n"},
        {"%wrap 10%%cw%%wide%一二三四\\=，五六\n", "一二三\n四，五六\n"},
        {"%wrap 10%%uw%aaa bbb\\/ccc ddd\\/eee fff ggg\\/h\n  iii\n",
         "aaa bbb\nccc ddd\neee fff ggg\nhiii\n"},
        {"%wrap 10%%zero \\u0301%e\\u0301e\\u0301e\\u0301 e\\u0301e\\u0301 "
         "e\\u0301e\\u0301e\\u0301 "
         "abc\n",
         "e\u0301e\u0301e\u0301 e\u0301e\u0301\ne\u0301e\u0301e\u0301 abc\n"},
        {"%wrap 10%%zero é%éééééé aaaa bbbb cccc\n", "éééééé aaaa\nbbbb cccc\n"},
    });
}

TEST_CASE("list/text: lists, and blocks of lines")
{
    check({
        {"- %moderators% x\n", "- mo@example.org x\n- mia@example.org x\n"},
        {"a\n- %bouncenumbers%\nb\n", "a\nb\n"},
        {"%gatekeepers%\n", "mo@example.org\nmia@example.org\n"},
        {"* %digestthreads%\n", "* hello\n    1 - Ann\n    2 - Bob\n* other\n    3 - C\n"},
        {"%ifcontrol nope%- %moderators%%endif%\nx\n", "x\n"},
        {"a %control three% b\nend\n", "a 1\n\n  3\nend\n"},
        {"%control nope%\nd%control nope%e\n", "d\n"},
        {"  %text two% z\nc\n", "  Acats yes\n   B\nc\n"},
        {"%text nope%\nd%text nope%e\n", "d\n"},
        {"%text ../control/owner%\n", "%text ../control/owner%\n"},
        {"%text .two% %text%\n", "%text .two% %text%\n"},
        {"%listsubs%\n", "%listsubs%\n"},
    });
    Fixture fixture;
    fixture.directory.put("text/wrapped", "%wrap 20%aaa bbb ccc ddd eee\n  fff ggg hhh\n");
    CHECK(fixture.body("  %text wrapped%\nccc ddd eee fff\n\nend\n") ==
          "  aaa bbb ccc ddd\n  eee fff ggg hhh\n  ccc ddd eee fff\n\nend\n");
}

TEST_CASE("list/text: the original mail, byte for byte")
{
    Fixture fixture;
    CHECK(fixture.body("%originalmail%\n") == "%originalmail%\n");
    fixture.values.original_mail = "A: \xFF $list$\n\n%wrap% \x01\n\n  \n.\n\n";
    CHECK(fixture.body("%originalmail%\n--\n") == "A: \xFF $list$\n\n%wrap% \x01\n\n  \n.\n\n--\n");
    CHECK(fixture.body("%originalmail 1%\n--\n") == "A: \xFF $list$\n--\n");
    CHECK(fixture.body("> %originalmail 3% x\n") == "> A: \xFF $list$\n\n  %wrap% \x01\n");
    CHECK(fixture.body("%originalmail x%\n") == "%originalmail x%\n");
    CHECK(fixture.body("$originalmail$\n") == " A: \xFF $list$\n\n %wrap% \x01\n\n  \n .\n\n");
    fixture.values.original_mail = "no line end";
    CHECK(fixture.body("%originalmail%\n--\n") == "no line end\n--\n");
}

TEST_CASE("list/text: what is put in is never looked at again")
{
    Fixture fixture;
    const std::string orders =
        "x $control owner$ %control owner% %text two% $list$ \\u0041 %endif%";
    for (const char* name : {"subject", "subaddr", "posteraddr"})
        fixture.values.values[name] = orders;
    fixture.values.sources["moderators"] = items({orders});
    fixture.values.original_mail = orders;
    CHECK(fixture.body("$subject$\n") == orders + "\n");
    CHECK(fixture.body("%wrap 500%$subject$ $newsub$\n") == orders + " " + orders + "\n");
    CHECK(fixture.body("- %moderators%\n") == "- " + orders + "\n");
    CHECK(fixture.body("$moderators$\n") == orders + "\n");
    CHECK(fixture.body("%originalmail%\n") == orders + "\n");
    CHECK(fixture.body("%ifaction sub%$subject$%endif%\n") == orders + "\n");
    const std::string control = "$domain$ %wrap%\n%text two%";
    CHECK(fixture.body("$control orders$\n") == control + "\n");
    CHECK(fixture.body("%control orders%\n") == control + "\n");
    // A text is the owner's: its directives count, those in its values do not.
    fixture.directory.put("text/deny", "$list$: $subject$\n");
    CHECK(fixture.body("%text deny%\n") == "cats: " + orders + "\n");
    CHECK(fixture.body("$text deny$\n") == "cats: " + orders + "\n");
}

TEST_CASE("list/text: no value breaks a header, or is anything but text")
{
    Fixture fixture;
    fixture.values.values["subject"] = "a\nBcc: x\r\n\nbody\x1b[0m \xFF";
    fixture.values.sources["moderators"] = items({"b\nBcc: y"});
    fixture.values.original_mail = "c\nBcc: z\n\n";
    CHECK(fixture.expand("Subject: $subject$\nX: %moderators%\nY: %originalmail%\nZ: $control "
                         "three$\n\nend\n") ==
          "Subject: a Bcc: x   body [0m \xEF\xBF\xBD\nX: b Bcc: y\nY: c Bcc: z  \nZ: 1  "
          "3\n\nend\n");
    CHECK(fixture.body("$subject$\n") == "a\nBcc: x \n\nbody [0m \xEF\xBF\xBD\n");
}

TEST_CASE("list/text: texts in texts end somewhere")
{
    Fixture fixture;
    fixture.directory.put("text/a", "a\n%text a%\n");
    CHECK(fixture.body("%text a%\nend\n").size() < 100);
    fixture.directory.put("text/b",
                          std::string("%text b%\n") + "%text b%\n%text b%\n$text b$$text b$\n");
    CHECK(fixture.body("%text b%\nend\n").size() < 100'000);
    fixture.directory.put("text/c", "%ifcontrol nope%\n");
    CHECK(fixture.body("%text c%\nX%endif%Y\n") == "Y\n");
}

TEST_CASE("list/text: bounded and linear")
{
    Fixture fixture;
    const auto start = std::chrono::steady_clock::now();
    fixture.values.values["subject"] = std::string(100'000, 'x');
    std::string text;
    for (int i = 0; i < 20'000; ++i)
        text += "$subject$";
    CHECK(fixture.body(text).size() <= mn::list::max_expansion);
    text = "%wrap%";
    for (int i = 0; i < 20'000; ++i)
        text += "a \\/$ %x% ";
    CHECK(fixture.body(text).size() > 50'000);
    text = "$subject$%wrap%";
    for (int i = 0; i < 20'000; ++i)
        text += "aaaaaaaa ";
    CHECK(fixture.body(text).size() < 20'000'000);
    text.clear();
    for (int i = 0; i < 20'000; ++i)
        text += "%ifcontrol nope%";
    CHECK(fixture.body(text + "x").empty());
    std::string mail;
    while (mail.size() < std::size_t{20} << 20)
        mail += std::string(500, 'x') + "\n";
    fixture.values.original_mail = mail;
    const std::string expanded = fixture.body("%originalmail%\n--end--\n");
    CHECK(expanded.size() <= mn::list::max_expansion);
    CHECK(expanded.ends_with("--end--\n"));
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(60));
}

TEST_CASE("list/text: names, best first")
{
    using mn::list::text_names;
    CHECK(text_names({"confirm", "sub", "request", "digest"}) ==
          std::vector<std::string>{"confirm-sub-request-digest", "confirm-sub-request",
                                   "confirm-sub", "confirm", "sub-confirm-digest"});
    CHECK(text_names({"list", "", "", "all"}) ==
          std::vector<std::string>{"list---all", "list", "listsubs"});
    CHECK(text_names({"deny", "post", "tocc", ""}) ==
          std::vector<std::string>{"deny-post-tocc", "deny-post", "deny", "notintocc"});
    CHECK(text_names({"help", "", "", ""}) == std::vector<std::string>{"help", "listhelp"});
    CHECK(mn::list::is_text_name("deny-post_1.x"));
    for (const char* name : {"", ".", "..", ".x", "a/b", "a b", "a\n", "é"})
        CHECK_FALSE(mn::list::is_text_name(name));
}

TEST_CASE("list/text: a mark that editors leave before UTF-8 is no text")
{
    const ListDirectory directory;
    directory.put("text/faq", "\xEF\xBB\xBFSubject: x\n");
    CHECK(mn::list::read_text(List(directory.path()), {}, "faq") == "Subject: x\n");
}

TEST_CASE("list/text: the list's own texts come first, whatever they are called")
{
    const ListDirectory directory;
    const ListDirectory ours;
    const List list(directory.path());
    const TextDirectories directories = {ours.path() + "/nowhere", ours.path()};
    const Occasion occasion = {"confirm", "sub", "request", "digest"};
    CHECK_FALSE(mn::list::find_text(list, directories, occasion));
    ours.put("confirm", "4\r\n");
    CHECK(mn::list::find_text(list, directories, occasion) == "4\n");
    ours.put("confirm-sub", "3");
    CHECK(mn::list::find_text(list, directories, occasion) == "3");
    directory.put("text/sub-confirm-digest", "2");
    CHECK(mn::list::find_text(list, directories, occasion) == "2");
    directory.put("text/confirm-sub-request", "1");
    CHECK(mn::list::find_text(list, directories, occasion) == "1");
    CHECK_FALSE(mn::list::find_text(list, directories, {"../control/listaddress", "", "", ""}));
}

// ---- the texts of Debian's mlmmj, and ours

namespace
{

const char* const debian_texts = "/usr/share/mlmmj/text.skel";
const std::string our_texts =
    std::filesystem::path(__FILE__).parent_path().parent_path().parent_path() /
    "userconfig/listtext";

/// Everything a list may have to say.
std::vector<Occasion> all_occasions()
{
    std::vector<Occasion> all = {{"help", "", "", ""},
                                 {"faq", "", "", ""},
                                 {"digest", "", "", ""},
                                 {"probe", "", "", ""},
                                 {"list", "", "", "all"}};
    const auto add = [&](const char* purpose, const char* action,
                         const std::vector<const char*>& reasons,
                         const std::vector<const char*>& types) {
        for (const char* reason : reasons)
            for (const char* type : types)
                all.push_back({purpose, action, reason, type});
    };
    const std::vector<const char*> types = {"normal", "digest", "nomail", "both"};
    for (const char* action : {"sub", "unsub"}) {
        add("confirm", action, {"request", "admin"}, types);
        add("finish", action, {"request", "confirm", "admin", "permit", "switch"}, types);
        add("notify", action, {"request", "confirm", "admin", "permit", "bouncing"}, types);
    }
    add("moderate", "post", {"modnonsubposts", "access", "moderated"}, {""});
    add("wait", "post", {"modnonsubposts", "access", "moderated"}, {""});
    add("gatekeep", "sub", {"request", "admin", "confirm"}, types);
    add("wait", "sub", {"request", "admin", "confirm"}, types);
    add("deny", "sub", {"disabled", "subbed", "closed", "expired", "obstruct"}, types);
    add("deny", "unsub", {"unsubbed"}, types);
    add("deny", "post",
        {"subonlypost", "modonlypost", "access", "maxmailsize", "tocc", "expired", "reject"}, {""});
    for (const char* action : {"release", "reject"})
        add("deny", action, {"notfound", "moderators"}, {""});
    for (const char* action : {"permit", "obstruct"})
        add("deny", action, {"notfound", "gatekeepers"}, {""});
    for (const char* action : {"release", "reject", "permit", "obstruct"})
        add("finish", action, {""}, {""});
    add("finish", "post", {"request", "confirm", "release"}, {""});
    return all;
}

void fill_everything(TextValues& values)
{
    for (const char* name : {"subaddr", "confirmaddr", "releaseaddr", "rejectaddr", "permitaddr",
                             "obstructaddr", "posteraddr", "subject", "maxmailsize", "digestfirst",
                             "digestlast", "digestinterval", "digestissue", "count", "days"})
        values.values[name] = "VALUE";
    for (const char* name :
         {"moderators", "gatekeepers", "listsubs", "normalsubs", "digestsubs", "nomailsubs",
          "bouncenumbers", "digestthreads", "posters", "rejectreason"})
        values.sources[name] = items({"ITEM", "ITEM"});
    values.original_mail = "From: a\nSubject: b\n\nBODY\n";
}

/// Neither directive nor variable is left over; the header is a header.
void check_rendered(const std::string& text, bool has_subject)
{
    CAPTURE(text);
    // A single one may be a slip of who wrote the text.
    for (const std::string_view line : mn::split(text, '\n')) {
        CHECK(std::count(line.begin(), line.end(), '%') < 2);
        CHECK(std::count(line.begin(), line.end(), '$') < 2);
    }
    CHECK((!has_subject || text.starts_with("Subject: ")));
    CHECK(text.find("\n\n") != std::string::npos);
    CHECK(text.find("\n\n\n\n") == std::string::npos);
}

void check_all_texts(const ListDirectory& directory, const TextDirectories& directories)
{
    const List list(directory.path());
    for (const Occasion& occasion : all_occasions()) {
        CAPTURE(occasion.purpose + "-" + occasion.action + "-" + occasion.reason + "-" +
                occasion.type);
        const auto text = mn::list::find_text(list, directories, occasion);
        REQUIRE(text);
        TextValues values;
        values.list = &list;
        values.directories = &directories;
        values.occasion = occasion;
        fill_everything(values);
        // Some of Debian's have no subject on some occasions.
        check_rendered(mn::list::expand(*text, values), directories.front() == our_texts);
    }
}

} // namespace

TEST_CASE("list/text: our texts say something on every occasion")
{
    for (const std::vector<std::string>& tunables : {std::vector<std::string>{},
                                                     {"closedlist", "submod"},
                                                     {"closedlistsub", "subonlypost"},
                                                     {"moderated", "noget", "nodigestsub"},
                                                     {"modnonsubposts"},
                                                     {"modonlypost", "noarchive"}}) {
        const ListDirectory directory;
        for (const std::string& name : tunables)
            directory.put("control/" + name, "");
        check_all_texts(directory, {our_texts});
    }
}

TEST_CASE("list/text: our texts are of a width that people can read")
{
    const ListDirectory directory;
    const List list(directory.path());
    const TextDirectories directories = {our_texts};
    for (const auto& entry : std::filesystem::directory_iterator(our_texts)) {
        CAPTURE(entry.path());
        TextValues values;
        values.list = &list;
        values.directories = &directories;
        values.occasion = {"deny", "sub", "subonlypost", "digest"};
        fill_everything(values);
        const auto text = mn::list::read_text(list, directories, entry.path().filename().string());
        REQUIRE(text);
        for (const std::string_view line : mn::split(mn::list::expand(*text, values), '\n'))
            CHECK(line.size() <= 78);
    }
}

TEST_CASE("list/text: Debian's texts, in all their languages")
{
    REQUIRE(std::filesystem::is_directory(debian_texts)); // package mlmmj
    std::size_t languages = 0;
    for (const auto& entry : std::filesystem::directory_iterator(debian_texts)) {
        CAPTURE(entry.path());
        ++languages;
        const ListDirectory directory;
        check_all_texts(directory, {entry.path().string()});
        directory.put("control/closedlist", "");
        directory.put("control/submod", "");
        directory.put("control/subonlypost", "");
        check_all_texts(directory, {entry.path().string()});
    }
    CHECK(languages >= 11);
}

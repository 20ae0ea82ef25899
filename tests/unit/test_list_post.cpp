#include "list/post.hpp"
#include "list_fixture.hpp"

#include <doctest/doctest.h>

using namespace mn::list;
using Action = Decision::Action;
using Vouched = Standing::Vouched;

namespace
{

/// One post, and a list with the control files that are put there.
struct Post {
    ListDirectory directory;
    std::string header = "From: ann@example.net\nTo: Cats <CATS@example.org>\n";
    std::string sender = "ann@example.net";
    std::string author = "ann@example.net";
    Vouched vouched = Vouched::yes;
    std::vector<std::string> hosted = {};
    std::size_t size = 100;

    void control(const std::string& name, const std::string& text = "") const
    {
        directory.put("control/" + name, text);
    }
    Decision decide() const
    {
        const List list(directory.path());
        const std::string message = header + "\nbody\n";
        Incoming mail;
        mail.message = message;
        mail.sender = sender;
        mail.author = author;
        mail.standing.vouched = vouched;
        return mn::list::decide(list, mail, size, Subscribers(list), hosted);
    }
    Action action() const { return decide().action; }
    std::string reason() const { return decide().reason; }
};

} // namespace

TEST_CASE("list/post: an ordinary post is sent")
{
    CHECK(Post().action() == Action::send);
}

TEST_CASE("list/post: no author or a null sender is discarded")
{
    Post post;
    post.author = "";
    CHECK(post.action() == Action::discard);
    Post bounce;
    bounce.sender = "";
    CHECK(bounce.action() == Action::discard);
    bounce.control("maxmailsize", "50");
    CHECK(bounce.reason() == "maxmailsize"); // mlmmj looks at the size first
}

TEST_CASE("list/post: what was here before is refused, or discarded when nobody can be told")
{
    for (const std::string mark : {"X-Loop: cats@EXAMPLE.org\n", "List-Id: <cats.example.org>\n",
                                   "List-Id: all cats <Cats.example.org>\n"}) {
        INFO(mark);
        Post post;
        post.header += mark;
        CHECK(post.action() == Action::refuse);
        CHECK(post.decide().text.starts_with("5.4.6 "));
        post.sender = "cats+bounces-7.abc@example.org";
        CHECK(post.action() == Action::discard);
    }
    Post other;
    other.header += "List-Id: <dogs.example.org>\nX-Loop: dogs@example.org\n"
                    "Auto-Submitted: auto-generated\n";
    CHECK(other.action() == Action::send);
    other.header += "Auto-Submitted: Auto-Replied (vacation)\n";
    CHECK(other.action() == Action::discard);
}

TEST_CASE("list/post: who claims to be one of us has to be")
{
    Post post;
    post.hosted = {"example.net"};
    CHECK(post.action() == Action::send);
    for (const Vouched good : {Vouched::local, Vouched::weak}) {
        post.vouched = good;
        CHECK(post.action() == Action::send);
    }
    for (const Vouched bad : {Vouched::no, Vouched::unknown}) {
        post.vouched = bad;
        CHECK(post.action() == Action::refuse);
        CHECK(post.decide().text.starts_with("5.7.1 "));
    }
    post.author = "ann@sub.example.net";
    CHECK(post.action() == Action::refuse);
    post.author = "ann@notexample.net";
    CHECK(post.action() == Action::send);
    post.author = "ann@example.net";
    post.vouched = Vouched::temporary;
    CHECK(post.decide().text.starts_with("4.7.1 "));
    post.control("trustunauthenticated");
    CHECK(post.action() == Action::send);
}

TEST_CASE("list/post: size and addressee")
{
    Post post;
    post.control("maxmailsize", "100\n");
    CHECK(post.action() == Action::send);
    post.size = 101;
    CHECK(post.action() == Action::deny);
    CHECK(post.reason() == "maxmailsize");

    Post hidden;
    hidden.header = "From: ann@example.net\nTo: x@example.org, catsup@example.org\n";
    CHECK(hidden.reason() == "tocc");
    hidden.header += "Cc: a@example.org, \"list\" <cats@Example.ORG>\n";
    CHECK(hidden.action() == Action::send);
    hidden.header = "From: ann@example.net\n";
    hidden.control("tocc");
    CHECK(hidden.action() == Action::send);
}

TEST_CASE("list/post: what moderators have decided about the author comes before control/access")
{
    Post post;
    post.directory.put("mailnode/moderator-rules", "ban ann@example.net\nallow bob@example.net\n");
    post.control("access", "send");
    CHECK(post.action() == Action::discard);
    CHECK(post.reason() == "access");
    post.author = "Bob@Example.net";
    CHECK(post.action() == Action::send);
    post.control("access", "deny");
    CHECK(post.action() == Action::deny); // the owner's rules still hold
    post.control("access", "allow");
    post.control("subonlypost");
    CHECK(post.action() == Action::send);
    post.author = "eve@example.net";
    CHECK(post.reason() == "subonlypost");
    post.author = "bob@example.net";
    post.control("modonlypost");
    CHECK(post.reason() == "modonlypost"); // only moderators means them only
}

TEST_CASE("list/post: access")
{
    Post post;
    post.control("access", "deny ^X-Bad\nmoderate ^X-Odd\nsend ^X-Good\ndiscard ^X-Dull\nallow\n");
    post.control("modonlypost");
    const std::string header = post.header;
    post.header = header + "X-Good: 1\n";
    CHECK(post.action() == Action::send);
    post.header = header;
    CHECK(post.reason() == "modonlypost");
    post.header = header + "X-Bad: 1\n";
    CHECK(post.reason() == "access");
    CHECK(post.action() == Action::deny);
    post.header = header + "X-Dull: 1\n";
    CHECK(post.action() == Action::discard);
    post.control("moderators", "ann@example.net");
    post.header = header + "X-Odd: 1\n";
    CHECK(post.action() == Action::hold);
    CHECK(post.reason() == "access");
}

TEST_CASE("list/post: who may post")
{
    Post post;
    post.control("subonlypost");
    CHECK(post.action() == Action::deny);
    CHECK(post.reason() == "subonlypost");
    post.control("allowposters", "bob@example.net\nAnn@Example.net\n");
    CHECK(post.action() == Action::send);
    post.control("allowposters", "");
    for (const char* file : {"subscribers.d/a", "digesters.d/a", "nomailsubs.d/a"}) {
        post.directory.put(file, "ann@example.net\n");
        CHECK(post.action() == Action::send);
        post.directory.put(file, "");
    }
    post.control("modnonsubposts");
    CHECK(post.action() == Action::hold);
    CHECK(post.reason() == "modnonsubposts");
    post.author = "cats@example.org";
    CHECK(post.action() == Action::discard);
}

TEST_CASE("list/post: only moderators, and only real ones")
{
    Post post;
    post.control("modonlypost");
    post.control("moderators", "ANN@example.net\n");
    CHECK(post.action() == Action::send);
    post.vouched = Vouched::no;
    CHECK(post.reason() == "modonlypost");
    post.control("modnonsubposts");
    CHECK(post.action() == Action::hold);
    CHECK(post.reason() == "modnonmodposts");
}

TEST_CASE("list/post: moderated")
{
    Post post;
    post.control("moderated");
    CHECK(post.action() == Action::hold);
    CHECK(post.reason() == "moderated");
    post.control("access", "send");
    CHECK(post.action() == Action::send);
}

TEST_CASE("list/post: which control file keeps a denial quiet")
{
    CHECK(silencer_of("tocc") == "notoccdenymails");
    CHECK(silencer_of("maxmailsize") == "nomaxmailsizedenymails");
    CHECK(silencer_of("modonlypost") == "nomodonlydenymails");
}

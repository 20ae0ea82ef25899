#include "base/clock.hpp"
#include "base/error.hpp"
#include "list/equipment.hpp"
#include "list_fixture.hpp"

#include <doctest/doctest.h>

using namespace mn;
using namespace mn::list;

TEST_CASE("list/equipment: mail goes to the program with its first options and the envelope")
{
    const ListDirectory directory;
    directory.put("sendmail",
                  "#!/bin/sh\ncd \"${0%/*}\" && printf '<%s>' \"$@\" >words; cat >mail\n");
    std::filesystem::permissions(directory.path() + "/sendmail", std::filesystem::perms::owner_all);
    const Equipment equipment(" " + directory.path() + "/sendmail  -C /etc/x", {});
    const List list(directory.path());
    const Context context = equipment.context_of(list);
    context.send({.sender = "cats+bounces-7@example.org",
                  .recipients = {"ann@example.net", "bob@example.net"},
                  .message = "Subject: x\n\n.\n",
                  .with_verp = true});
    const std::string words = directory.get("words");
    CHECK(words.starts_with("<-C></etc/x>"));
    CHECK(words.find("<-XV-=>") != std::string::npos);
    CHECK(words.find("<cats+bounces-7@example.org>") != std::string::npos);
    CHECK(words.ends_with("<ann@example.net><bob@example.net>"));
    CHECK(directory.get("mail") == "Subject: x\n\n.\n");
}

TEST_CASE("list/equipment: the list, the texts that are named or else installed, and the time")
{
    const ListDirectory directory;
    const List list(directory.path());
    const Equipment named("/bin/false", {"/a", "/b"});
    const Equipment plain("/bin/false", {});
    const std::int64_t before = now().seconds;
    const Context context = named.context_of(list);
    CHECK(&context.list == &list);
    CHECK(context.texts == TextDirectories{"/a", "/b"});
    CHECK(context.now >= before);
    CHECK(context.now <= now().seconds);
    CHECK(plain.context_of(list).texts == TextDirectories{"/usr/local/share/mailnode/listtext"});
    CHECK_THROWS_AS(context.send({.sender = "", .recipients = {"a@b.example"}, .message = "\n"}),
                    Error);
}

TEST_CASE("list/equipment: no program is a wrong use")
{
    CHECK_THROWS_AS(Equipment("", {}), UsageError);
    CHECK_THROWS_AS(Equipment("  ", {}), UsageError);
}

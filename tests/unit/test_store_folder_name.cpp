#include "store/folder_name.hpp"

#include <doctest/doctest.h>

using mn::store::folder_directory;

TEST_CASE("store/folder_name: ASCII names stand for themselves, & is escaped")
{
    CHECK(folder_directory("Junk") == ".Junk");
    CHECK(folder_directory("a b~c") == ".a b~c");
    CHECK(folder_directory("Q&A") == ".Q&-A");
}

TEST_CASE("store/folder_name: both separators make levels")
{
    CHECK(folder_directory("Work/2026") == ".Work.2026");
    CHECK(folder_directory("Work.2026") == ".Work.2026");
}

TEST_CASE("store/folder_name: other characters become modified UTF-7")
{
    CHECK(folder_directory("Entwürfe") == ".Entw&APw-rfe");
    CHECK(folder_directory("日本語") == ".&ZeVnLIqe-");
    // The example of the standard. [RFC3501 5.1.3]
    CHECK(folder_directory("~peter/mail/台北/日本語") == ".~peter.mail.&U,BTFw-.&ZeVnLIqe-");
    CHECK(folder_directory("😀") == ".&2D3eAA-");
    CHECK(folder_directory("é&é") == ".&AOk-&-&AOk-");
}

TEST_CASE("store/folder_name: what cannot be a folder is refused")
{
    for (const std::string name : {"", ".", "..", "/", "a..b", "a//b", ".a", "a.", "/a", "a/",
                                   "a\nb", "a\x7f", "\xff", "\xc3", "\xed\xa0\x80", "\xc0\xaf"})
        CHECK_FALSE(folder_directory(name));
    CHECK_FALSE(folder_directory(std::string("a\0b", 3)));
    CHECK(folder_directory(std::string(199, 'x')));
    CHECK_FALSE(folder_directory(std::string(200, 'x')));
}

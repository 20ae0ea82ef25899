// src/archive/mailbox.hpp, pipermail.hpp
#include "archive/mailbox.hpp"

#include "archive/pipermail.hpp"
#include "base/error.hpp"
#include "message/message_key.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>
#include <fstream>
#include <vector>

using namespace mn::archive;

namespace
{

std::vector<std::string> messages_of(const std::string& mbox)
{
    const ScratchDirectory scratch;
    std::ofstream(scratch.file("mbox"), std::ios::binary) << mbox;
    std::vector<std::string> messages;
    for_each_message(scratch.file("mbox"),
                     [&](std::string_view message) { messages.emplace_back(message); });
    return messages;
}

const std::string from = "From ann@example.net  Sun Mar  1 10:00:00 2026\n";

} // namespace

TEST_CASE("archive/mailbox: lines that begin a message, and those that do not")
{
    for (const char* const line :
         {"From ann@example.net  Sun Mar  1 10:00:00 2026", "From - Sun Mar 01 10:00:00 2026",
          "From ann at example.net Sun Mar  1 10:00 2026",
          "From ann@example.net Sun Mar  1 10:00:00 2026 +0100",
          "From ann@example.net Sun Mar  1 10:00:00 CET 2026"})
        CHECK(begins_message(line));
    for (const char* const line :
         {"From", "From ", "From here on it is text", "From: ann@example.net",
          "From 10:00 on, we are there", "from ann Sun Mar  1 10:00:00 2026",
          "From the beginning of 2026 on we met", ""})
        CHECK_FALSE(begins_message(line));
}

TEST_CASE("archive/mailbox: an mbox, taken apart")
{
    CHECK(messages_of(from + "A: 1\n\ntext\n\n" + from + "A: 2\n\ntext\n") ==
          std::vector<std::string>{"A: 1\n\ntext\n", "A: 2\n\ntext\n"});
    // Only after an empty line, and quoted by one.
    CHECK(messages_of(from + "A: 1\n\ntext\n" + from) ==
          std::vector<std::string>{"A: 1\n\ntext\n" + from});
    CHECK(messages_of(from + "A: 1\n\n>From a\n>>From b\n> From c\n") ==
          std::vector<std::string>{"A: 1\n\nFrom a\n>From b\n> From c\n"});
    CHECK(messages_of("From a Sun Mar  1 10:00:00 2026\r\nA: 1\r\n\r\ntext\r\n") ==
          std::vector<std::string>{"A: 1\n\ntext\n"});
    CHECK(messages_of(from + "A: 1\n\n" + std::string(200000, 'x')) ==
          std::vector<std::string>{"A: 1\n\n" + std::string(200000, 'x') + "\n"});
    CHECK(messages_of(from + from).empty() == false);
}

TEST_CASE("archive/mailbox: what is no mbox is refused")
{
    CHECK_THROWS_AS(messages_of(""), mn::Error);
    CHECK_THROWS_AS(messages_of("Subject: a\n\ntext\n"), mn::Error);
}

TEST_CASE("archive/pipermail: numbers by the order, directories by the date")
{
    PipermailNames names;
    names.add("Message-ID: <1@example.net>\nDate: Sun, 1 Mar 2026 10:00:00 +0000\n\n");
    names.add(
        "Message-ID: <2@example.net>\nX-No-Archive: yes\nDate: Sun, 1 Mar 2026 10:00:00 +0000\n\n");
    names.add("Message-ID: <1@example.net>\nDate: Thu, 1 Jan 2026 10:00:00 +0000\n\n");
    const std::string page = mn::page_path(mn::key_of("1@example.net"));
    const std::string second = page.substr(0, page.size() - 5) + "-2.html";
    CHECK(names.map() ==
          "2026-March/000000.html " + page + ";\n2026-January/000002.html " + second + ";\n");
}

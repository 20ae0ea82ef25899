#include "archive/state.hpp"

#include <doctest/doctest.h>

using namespace mn::archive;

namespace
{

State full_state()
{
    State state;
    state.fingerprint = "abc";
    state.address = "cats@example.org";
    state.url = "https://example.org/cats/";
    state.is_url_of_list = false;
    state.is_private = true;
    state.can_search = true;
    state.last = 18446744073709551615U;
    state.date = 253402300799;
    state.messages = 7;
    state.sitemap_lines = 3;
    state.months = {{"2026-02", 3}, {"2026-03", 4}};
    state.touch({"root", "a subject - with\nall", "Ann <Lee>", 1, 2, 201, 2});
    state.add_recent({"key", "", "author", 5, "sum mary"});
    return state;
}

} // namespace

TEST_CASE("archive/state: written and read, it is the same")
{
    const std::string text = state_text(full_state());
    const auto state = parse_state(text);
    REQUIRE(state);
    CHECK(state_text(*state) == text);
    CHECK(state->last == 18446744073709551615U);
    CHECK_FALSE(state->is_url_of_list);
    CHECK(state->threads.front().subject == "a subject - with\nall");
    CHECK(state->recent.front().summary == "sum mary");
}

TEST_CASE("archive/state: nothing but what was written is read")
{
    const std::string text = state_text(full_state());
    for (std::size_t end = 0; end < text.size(); ++end) {
        const auto cut = parse_state(text.substr(0, end)); // at line ends it may pass for whole
        CHECK((!cut || text[end - 1] == '\n'));
    }
    CHECK_FALSE(parse_state("mn-list-archive 2\n"));
    CHECK_FALSE(parse_state(text + "more\n"));
    CHECK_FALSE(parse_state(text + "month 2026-01 x\n"));
    CHECK_FALSE(parse_state(text + "month 2026-01 4294967296\n"));
    CHECK_FALSE(parse_state(text + "thread a 1 2 3 4 =a\n"));
    CHECK_FALSE(parse_state(text + "thread a 1 2 3 4 =a b\n"));
    CHECK_FALSE(parse_state(text + "date 9223372036854775808\n"));
    CHECK_FALSE(parse_state(text + "private maybe\n"));
}

TEST_CASE("archive/state: the newest threads and messages, each once")
{
    State state;
    for (unsigned i = 0; i < 60; ++i) {
        state.touch({std::to_string(i), "", "", 0, 0, 1, 1});
        state.add_recent({std::to_string(i), "", "", 0, ""});
    }
    state.touch({"30", "", "", 0, 0, 2, 1});
    REQUIRE(state.threads.size() == max_threads_shown);
    CHECK(state.threads.front().root == "30");
    CHECK(state.threads.front().messages == 2);
    CHECK(state.threads[1].root == "59");
    CHECK(state.threads.back().root == "10");
    REQUIRE(state.recent.size() == max_recent);
    CHECK(state.recent.front().key == "59");
    CHECK(state.recent.back().key == "30");
}

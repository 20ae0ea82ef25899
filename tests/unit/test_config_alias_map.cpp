// src/config/alias_map.hpp, alias_graph.hpp, alias_explain.hpp, login_sets.hpp
#include "config/alias_check.hpp"
#include "config/alias_explain.hpp"
#include "config/alias_graph.hpp"
#include "config/alias_map.hpp"
#include "config/login_sets.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace mn;
using namespace mn::config;

namespace
{

/// A node with alice, bob at a.test and dave at b.test.
class Node
{
public:
    explicit Node(const std::string& aliases)
        : file_(parse_aliases(aliases, "f")), accounts_{{{"alice", "a.test"}, 1, false, {}, {}},
                                                        {{"bob", "a.test"}, 2, true, {}, {}},
                                                        {{"dave", "b.test"}, 3, false, {}, {}}},
          map(file_, accounts_, {"a.test", "b.test"})
    {
    }

    /// "alias 1", "account bob", "external", "unknown"
    std::string meaning(const std::string& text) const
    {
        const Meaning found = map.meaning(split_address(text, {}));
        switch (found.kind) {
        case MeaningKind::alias:
            return "alias " + map.key(map.rows()[found.id]);
        case MeaningKind::account:
            return "account " + accounts_[found.id].address.local;
        case MeaningKind::external:
            return "external";
        case MeaningKind::unknown:
            break;
        }
        return "unknown";
    }

    std::vector<std::string> goals(const std::string& text) const
    {
        std::vector<std::string> found;
        for (const Hop& hop : explain(map, *parse_address(text)))
            if (hop.kind != HopKind::alias) found.push_back(describe(hop));
        return found;
    }

    std::vector<std::string> senders_of(const std::string& text) const
    {
        return senders(map, *parse_address(text));
    }

    std::vector<std::string> errors() const
    {
        std::vector<std::string> found;
        for (const Problem& problem : check_aliases(AliasGraph(map)))
            if (problem.severity == Severity::error) found.push_back(problem.what);
        return found;
    }

private:
    AliasFile file_;
    std::vector<Account> accounts_;

public:
    AliasMap map;
};

using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("config/alias_map: exact beats bare name beats catch-all")
{
    const Node node("x bob@a.test\nx@a.test alice\n@a.test dave@b.test\nalice dave@b.test\n");
    CHECK(node.meaning("x@a.test") == "alias x@a.test");
    CHECK(node.meaning("X@B.test") == "alias x@b.test");
    CHECK(node.meaning("alice@a.test") == "account alice");
    CHECK(node.meaning("alice@b.test") == "alias alice@b.test");
    CHECK(node.meaning("y@a.test") == "alias @a.test");
    CHECK(node.meaning("y@b.test") == "unknown");
    CHECK(node.meaning("y@c.test") == "external");
}

TEST_CASE("config/alias_map: a detail comes off once, at the first delimiter")
{
    const Node node("x@a.test bob\nx+y@a.test alice\n@b.test dave\nx+z bob@a.test\n");
    CHECK(node.meaning("x+y@a.test") == "alias x+y@a.test");
    CHECK(node.meaning("x+y+z@a.test") == "alias x@a.test");
    CHECK(node.meaning("x+q@a.test") == "alias x@a.test");
    CHECK(node.meaning("x+z@a.test") == "alias x+z@a.test");
    CHECK(node.meaning("x+@a.test") == "alias x@a.test");
    CHECK(node.meaning("+x@a.test") == "unknown");
    CHECK(node.meaning("dave+x@b.test") == "account dave");
    CHECK(node.meaning("q+x@b.test") == "alias @b.test");
    CHECK(node.meaning("x+" + std::string(400, 'y') + "@a.test") == "alias x@a.test");
}

TEST_CASE("config/alias_explain: copies, chains, details, case")
{
    const Node node("alice@a.test Alice bob\nteam@a.test ALICE, Joe@Far.test\nout@a.test team+T\n");
    CHECK(node.goals("team@a.test") ==
          Lines{"    alice@a.test: account",
                "    bob@a.test: account, disabled: takes mail, cannot log in",
                "  Joe@far.test: elsewhere"});
    CHECK(node.goals("out+X@a.test").front() == "      alice+T+X@a.test: account, sub-address");
}

TEST_CASE("config/alias_explain: accounts that copy each other are no loop")
{
    const Node node("alice@a.test alice bob\nbob@a.test bob alice\n");
    CHECK(node.errors().empty());
    CHECK(node.goals("alice@a.test").size() == 2);
    CHECK(node.senders_of("bob@a.test") == Lines{"alice@a.test", "bob@a.test"});
}

TEST_CASE("config/alias_explain: loops end, whatever they are made of")
{
    for (const char* text :
         {"x@a.test y\ny@a.test x\n", "x@a.test x+1\n", "x@a.test y+1\ny@a.test x+2\n",
          "@a.test x\nx@a.test q\n", "x@a.test z\nz@a.test y z\ny@a.test x bob+1 y+1\n"}) {
        const Node node(text);
        const auto goals = node.goals("x@a.test");
        CHECK_MESSAGE(std::any_of(goals.begin(), goals.end(),
                                  [](const std::string& goal) {
                                      return goal.find("loop") != std::string::npos ||
                                             goal.find("more hops") != std::string::npos;
                                  }),
                      text);
        CHECK_MESSAGE(!node.errors().empty(), text);
    }
}

TEST_CASE("config/alias_explain: who may send")
{
    const Node node("x@a.test y dave@b.test\ny@a.test bob j@far.test\nbob@a.test alice\n"
                    "@b.test bob@a.test\nz@b.test j@far.test\n");
    CHECK(node.senders_of("x@a.test") == Lines{"alice@a.test", "dave@b.test"});
    CHECK(node.senders_of("bob@a.test") == Lines{"alice@a.test", "bob@a.test"});
    CHECK(node.senders_of("alice+x@a.test") == Lines{"alice@a.test"});
    CHECK(node.senders_of("any@b.test") == Lines{"alice@a.test"});
    CHECK(node.senders_of("z@b.test").empty());
    CHECK(node.senders_of("q@a.test").empty());
    CHECK(node.senders_of("q@far.test").empty());
}

TEST_CASE("config/alias_graph: what is led to comes first, and rings stay together")
{
    const Node node("x@a.test y bob\ny@a.test z\nz@a.test y w\nw@a.test bob\nbob dave@b.test\n");
    const AliasGraph graph(node.map);
    std::vector<Lines> groups;
    for (std::size_t begin = 0; begin < graph.rows().size();) {
        Lines keys;
        for (const std::uint32_t row : graph.group(begin))
            keys.push_back(node.map.key(node.map.rows()[row]));
        begin += keys.size();
        std::sort(keys.begin(), keys.end());
        groups.push_back(keys);
    }
    CHECK(groups ==
          std::vector<Lines>{{"w@a.test"}, {"y@a.test", "z@a.test"}, {"x@a.test"}, {"bob@b.test"}});
}

TEST_CASE("config/alias_check: what is right is no error")
{
    CHECK(Node("").errors().empty());
    CHECK(Node("x bob@a.test\ny@a.test x x x\nz@b.test x+t a@far.test\n").errors().empty());
}

TEST_CASE("config/login_sets: the same members are the same set")
{
    LoginSets sets(5);
    const auto unite = [&](std::vector<std::uint32_t> parts) { return sets.unite(parts); };
    const std::uint32_t both = unite({sets.of_account(3), sets.of_account(1)});
    CHECK(unite({sets.of_account(1), sets.of_account(3), LoginSets::empty}) == both);
    CHECK(unite({both, sets.of_account(3)}) == both);
    CHECK(unite({sets.of_account(2)}) == sets.of_account(2));
    CHECK(unite({}) == LoginSets::empty);
    CHECK(unite({LoginSets::empty, LoginSets::empty}) == LoginSets::empty);
    const auto members = sets.members(unite({both, sets.of_account(4)}));
    CHECK(std::vector<std::uint32_t>(members.begin(), members.end()) ==
          std::vector<std::uint32_t>{1, 3, 4});
}

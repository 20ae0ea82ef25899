#include "archive/build.hpp"

#include "archive/exchange.hpp"
#include "archive/journal.hpp"
#include "archive/month_pages.hpp"
#include "archive/post_file.hpp"
#include "archive/protection.hpp"
#include "archive/writer.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <functional>

namespace mn::archive
{
namespace
{

const std::string state_name = ".state";
const std::string style_name = "style.css";
constexpr std::size_t max_state = std::size_t{16} << 20;

/// What is made of the state alone.
void write_overview(const Tree& tree, const ListFacts& facts, const State& state)
{
    tree.replace("index.html",
                 list_page(facts, state.threads, month_summaries(state.months), state.messages));
    tree.replace("new.atom", feed(facts, state.recent));
}

/// Every post after state.last; commit is called for each batch.
std::uint64_t add_posts(const PostFiles& posts, Writer& writer, State& state,
                        const std::function<void()>& commit)
{
    std::uint64_t added = 0;
    for (std::uint64_t number = state.last + 1; number <= posts.last(); ++number) {
        const auto post = posts.read(number);
        state.last = number;
        if (!post) continue;
        writer.add(number, *post);
        ++added;
        if (writer.is_full()) commit();
    }
    return added;
}

State first_state(const Settings& settings)
{
    State state;
    state.fingerprint = settings.fingerprint;
    state.address = settings.facts.address;
    state.url = settings.facts.url;
    state.is_url_of_list = settings.is_url_of_list;
    state.is_private = settings.facts.is_private;
    state.can_search = settings.facts.can_search;
    return state;
}

} // namespace

std::optional<std::string> read_state(const Tree& tree)
{
    return tree.read(state_name, max_state);
}

Built add_new_posts(const list::List& list, const Settings& settings, const Tree& tree,
                    const State& before)
{
    tree.replace_if_other(style_name, style_sheet());
    const PostFiles posts(list);
    Built built{before, 0};
    State& state = built.state;
    std::uint64_t committed = before.last;
    Writer writer(tree, settings.facts, settings.removed, state);
    const auto commit = [&] {
        const Changes& changes = writer.changes();
        write_journal(tree, {committed, state.last}, changes);
        changes.write();
        write_overview(tree, settings.facts, state);
        tree.sync();
        tree.replace_durably(state_name, state_text(state));
        end_journal(tree);
        writer.next_batch();
        committed = state.last;
    };
    built.added = add_posts(posts, writer, state, commit);
    if (state.last != committed) commit();
    return built;
}

Built build_anew(const list::List& list, const Settings& settings, const Tree& out)
{
    const PostFiles posts(list);
    const Tree tree = begin_new(out, settings.facts.name);
    protect(tree, settings);
    tree.replace(style_name, style_sheet());
    Built built{first_state(settings), 0};
    Writer writer(tree, settings.facts, settings.removed, built.state);
    const auto commit = [&] {
        writer.changes().write();
        writer.next_batch();
    };
    built.added = add_posts(posts, writer, built.state, commit);
    commit();
    write_overview(tree, settings.facts, built.state);
    tree.replace(state_name, state_text(built.state));
    tree.sync();
    put_in_place(out, settings.facts.name);
    return built;
}

} // namespace mn::archive

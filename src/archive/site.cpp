#include "archive/site.hpp"

#include "archive/build.hpp"
#include "archive/exchange.hpp"
#include "archive/journal.hpp"
#include "archive/post_file.hpp"
#include "archive/protection.hpp"
#include "base/error.hpp"
#include "base/lock.hpp"
#include "base/text.hpp"
#include "message/message_key.hpp"

#include <optional>

namespace mn::archive
{
namespace
{

/// What is published now.
struct Present {
    std::optional<Tree> tree;
    bool is_ours = true;
    std::optional<State> state;
    std::string damage;
};

std::optional<Lock> lock_if_free(const std::string& path, std::chrono::milliseconds patience)
{
    try {
        return Lock(path, patience);
    } catch (const Error& error) {
        if (error.status() != "4.3.2") throw;
        return std::nullopt;
    }
}

/// Puts back what an earlier run has begun, too.
Present look(const Tree& out, const std::string& name)
{
    Present present;
    if (!out.has(name)) return present;
    present.tree.emplace(cat(out.path(), "/", name));
    const Tree& tree = *present.tree;
    tree.clean_up();
    const auto text = read_state(tree);
    present.is_ours = text.has_value() || is_empty(tree);
    if (text) present.state = parse_state(*text);
    if (text && !present.state) present.damage = ".state cannot be read";
    try {
        undo_journal(tree, present.state ? std::optional(present.state->last) : std::nullopt);
    } catch (const Damaged& error) {
        present.damage = error.detail();
    }
    return present;
}

/// "": it need not be.
std::string why_rebuild(const Present& present, const Settings& settings)
{
    if (!present.tree || !present.is_ours) return "it is new";
    if (!present.damage.empty()) return present.damage;
    if (!present.state) return "it is new";
    if (present.state->fingerprint != settings.fingerprint) return "settings or program changed";
    return "";
}

void require_ours(const Tree& out, const std::string& name, const Present& present)
{
    if (!present.is_ours)
        throw Error("4.3.5", "mail system configuration error",
                    cat(out.path(), "/", name,
                        " has something that was not made by this program; move it away, or let "
                        "--rebuild replace it"));
}

/// An index that was lost must not unpublish what it no longer counts.
void require_index(const list::List& list, const Present& present)
{
    const std::uint64_t last = PostFiles(list).last();
    if (present.state && last < present.state->last)
        throw Error("4.3.5", "mailing list is damaged",
                    cat(list.path("index"), " says ", std::to_string(last), ", but post ",
                        std::to_string(present.state->last),
                        " is published; mend it, or let --rebuild publish what is there"));
}

class Run
{
public:
    Run(const list::List& list, const Job& job)
        : list_(list), job_(job), out_(job.out), name_(name_of(list))
    {
    }

    Outcome go()
    {
        const auto lock = lock_if_free(cat(job_.out, "/.", name_, ".lock"), job_.patience);
        outcome_.is_busy = !lock;
        if (lock) bring_up_to_date();
        return std::move(outcome_);
    }

private:
    void bring_up_to_date()
    {
        const Present present = look(out_, name_);
        const Settings settings = read_settings(list_, job_.wishes, present.state);
        if (!job_.must_rebuild || !settings.is_published) require_ours(out_, name_, present);
        // First of all, whatever fails after it.
        if (present.tree && settings.is_published) protect(*present.tree, settings);
        remove_leftovers(out_, name_);
        if (!settings.is_published) {
            outcome_.was_removed = present.tree.has_value();
            if (present.tree) take_away(out_, name_);
            return;
        }
        for (const std::string& line : settings.bad_accounts)
            outcome_.warnings.push_back(
                cat("control/archive_private: nobody gets in by the line \"", line, "\""));
        publish(present, settings);
    }

    void publish(const Present& present, const Settings& settings)
    {
        if (!job_.must_rebuild) require_index(list_, present);
        std::string why = job_.must_rebuild ? "" : why_rebuild(present, settings);
        if (!job_.must_rebuild && why.empty()) {
            try {
                return take(add_new_posts(list_, settings, *present.tree, *present.state));
            } catch (const Damaged& error) {
                why = error.detail();
            }
        }
        outcome_.was_rebuilt = true;
        outcome_.why = why;
        take(build_anew(list_, settings, out_));
    }

    void take(const Built& built)
    {
        outcome_.is_published = true;
        outcome_.added = built.added;
        outcome_.messages = built.state.messages;
        outcome_.url = built.state.url;
    }

    const list::List& list_;
    const Job& job_;
    const Tree out_;
    const std::string name_;
    Outcome outcome_;
};

} // namespace

Outcome update(const list::List& list, const Job& job)
{
    return Run(list, job).go();
}

bool is_published(const list::List& list, const std::string& out, const std::string& key)
{
    const Tree tree(out);
    return tree.has(cat(name_of(list), "/", page_path(key)));
}

} // namespace mn::archive

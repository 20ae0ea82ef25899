// What becomes of those whose mail came back.
#include "base/error.hpp"
#include "base/lock.hpp"
#include "base/text.hpp"
#include "list/bounce.hpp"
#include "list/bounce_record.hpp"
#include "list/maintenance.hpp"
#include "list/notice.hpp"
#include "list/request.hpp"
#include "list/subscribers.hpp"
#include "list/token.hpp"

#include <unistd.h>

namespace mn::list
{
namespace
{

constexpr std::chrono::seconds patience{30};
constexpr std::int64_t half_day = 43200; // how long a probe may take to come back
// Postfix tries for five days before it gives up: a probe that comes back after it was forgiven
// still says that nobody was reached.
constexpr std::int64_t probe_life = std::int64_t{8} * 86400;

enum class Sentence : std::uint8_t { wait, forgive, probe, remove, forget };

/// Bounces count for a probe when they are many, or go on for long, as mlmmj has it.
bool is_due(const List& list, const BounceHistory& history, std::int64_t now)
{
    if (history.bounces.empty()) return false;
    const std::uint64_t wanted = list.number("bouncescore");
    const std::size_t score = score_of(history);
    if (score / 2 >= wanted) return true;
    const std::uint64_t age =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, now - history.bounces.front().time));
    const std::uint64_t life = list.number("bouncelife");
    return age > half_day && age - half_day > life;
}

Sentence judge(const Context& context, const BounceRecords& records, const std::string& name)
{
    const auto address = bounced_address(name);
    if (!address || Subscribers(context.list).find(*address) == Subscription::none)
        return Sentence::forget;
    const auto history = records.read(name);
    if (!history) return Sentence::forget;
    if (history->probe_bounced) return Sentence::remove;
    if (history->bounces.empty()) return Sentence::forget;
    if (const auto probed = records.probe_time(name))
        return context.now - *probed > half_day ? Sentence::forgive : Sentence::wait;
    return is_due(context.list, *history, context.now) ? Sentence::probe : Sentence::wait;
}

void send_probe(const Context& context, const std::string& name, const std::string& address,
                const BounceHistory& history)
{
    const std::string token =
        make_token(context.list, {"probe", address}, context.now + probe_life);
    Notice notice;
    notice.occasion = {.purpose = "probe", .action = {}, .reason = {}, .type = {}};
    notice.to = address;
    notice.from = context.list.address_for("owner");
    notice.is_reply = false;
    notice.values.values["subaddr"] = address;
    notice.values.sources["bouncenumbers"] = [&](const auto& use) {
        for (const Bounce& bounce : history.bounces)
            use(bounce.number);
    };
    context.send({.sender = context.list.address_for(cat("bounces-probe-", token, "-", name)),
                  .recipients = {address},
                  .message = compose_notice(context, std::move(notice)),
                  .with_verp = false});
}

class Court
{
public:
    explicit Court(const Context& context) : context_(context), records_(context.list) {}

    void judge_all(BounceWork& work)
    {
        for (const std::string& name : records_.names()) {
            try {
                carry_out(name, work);
            } catch (const Error& error) {
                work.failures.push_back(failure_of(cat("bounces of ", printable(name)), error));
            }
        }
    }

private:
    Lock lock() const { return {context_.list.path("mailnode/bounce.lock"), patience}; }

    Sentence sentence(const std::string& name) const
    {
        const Lock held = lock();
        const Sentence result = judge(context_, records_, name);
        if (result == Sentence::forgive || result == Sentence::forget) records_.forget(name);
        return result;
    }

    void carry_out(const std::string& name, BounceWork& work) const
    {
        const std::string address = bounced_address(name).value_or("");
        switch (sentence(name)) {
        case Sentence::wait:
        case Sentence::forget:
            return;
        case Sentence::forgive:
            ++work.forgiven;
            work.lines.push_back(cat(address, " no longer bounces"));
            return;
        case Sentence::probe:
            probe(name, address, work);
            return;
        case Sentence::remove:
            remove(name, address, work);
            return;
        }
    }

    // Sending takes its time, and bounces that come meanwhile must not wait: no lock.
    void probe(const std::string& name, const std::string& address, BounceWork& work) const
    {
        const auto history = records_.read(name);
        send_probe(context_, name, address, history.value_or(BounceHistory{}));
        const Lock held = lock();
        records_.mark_probe(name, context_.now);
        ++work.probed;
        work.lines.push_back(cat(address, " bounces: probe sent"));
    }

    void remove(const std::string& name, const std::string& address, BounceWork& work) const
    {
        unsubscribe(context_, address,
                    {.reason = "bouncing",
                     .with_confirmation = false,
                     .with_goodbye = false,
                     .with_owner_notice = true});
        const Lock held = lock();
        records_.forget(name);
        ++work.removed;
        work.lines.push_back(cat(address, " unsubscribed: it bounces"));
    }

    const Context& context_;
    BounceRecords records_;
};

} // namespace

BounceWork judge_bouncers(const Context& context)
{
    BounceWork work;
    if (::faccessat(context.list.fd(), "bounce", F_OK, 0) != 0) return work;
    context.list.make_directory("mailnode");
    Court(context).judge_all(work);
    return work;
}

} // namespace mn::list

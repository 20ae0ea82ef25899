// Everything there is to know about where a message comes from, and what to do about it: SPF for
// HELO and MAIL FROM, every DKIM signature, the ARC chain, DMARC for every author domain.
//
//   auth::Judge judge(header, {.client = address, .helo = "mail.example.org",
//                              .sender = "ann@example.org"}, settings, resolver, now);
//   while (…) judge.body(chunk);                        // LF or CRLF, cut anywhere
//   const auth::Judgement judgement = judge.finish();
//   if (judgement.action == auth::Action::reject) refuse(judgement.text);
//
// Every question that can be thought of is asked when the object is made, so the answers come in
// while the body does. Memory does not depend on the size of the body. Nothing is thrown for what a
// message or a name server says: temporary trouble is a result, and never a reason to reject.
#pragma once

#include "auth/arc.hpp"
#include "auth/authres.hpp"
#include "auth/dkim_verify.hpp"
#include "auth/dmarc.hpp"
#include "auth/spf.hpp"
#include "base/ip_address.hpp"
#include "dns/resolver.hpp"
#include "message/author.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::auth
{

/// A From field that names more domains than this is an attempt to hide one.
inline constexpr std::size_t max_author_domains = 10;

struct Envelope {
    std::optional<IpAddress> client; ///< none: SPF cannot be judged
    std::string helo;                ///< empty: not known
    std::string sender;              ///< without <>; empty: the null sender of a bounce
};

struct Settings {
    std::string authserv_id;                  ///< ours [RFC8601 2.5]
    bool obeys_policy = false;                ///< do what DMARC wants done; else only mark
    bool rejects_spf_fail = false;            ///< whatever DMARC says
    bool defers_temperror = false;            ///< when it matters; else only mark
    std::vector<std::string> trusted_sealers; ///< lower case; whose word on a message that they
                                              ///< forward is believed
};

enum class Action : std::uint8_t {
    accept,
    quarantine, ///< accept; our Authentication-Results says policy.dmarc=quarantine
    reject,
    defer,
};

std::string_view action_name(Action action);

/// DMARC for one author domain.
struct AuthorResult {
    std::string domain;
    dmarc::Result dmarc;
    std::string override_sealer; ///< trusted, and it saw DMARC pass: the policy is not applied
};

struct Judgement {
    Action action = Action::accept;
    std::string text;   ///< reject, defer: "5.7.1 reason", one printable ASCII line
    std::string reason; ///< why this action, for people

    std::optional<spf::Result> helo;      ///< none without client or HELO name
    std::optional<spf::Result> mail_from; ///< none without client; of HELO for the null sender
    std::vector<dkim::Result> signatures;
    arc::Result chain;
    Author author;
    std::vector<AuthorResult> authors; ///< one for each domain of the author, as in the field
    authres::Results results;          ///< what to write into the message
};

class Judge
{
public:
    /// header: of the message as it came, LF or CRLF; must outlive the object, like settings and
    /// resolver. The resolver should be new, or reset() for this message. now: seconds since 1970.
    Judge(std::string_view header, Envelope envelope, const Settings& settings,
          dns::Resolver& resolver, std::int64_t now);

    void body(std::string_view chunk);

    /// Waits for answers. Call once.
    Judgement finish();

private:
    void prefetch();
    void judge_spf(Judgement& judgement);
    void judge_dmarc(Judgement& judgement);
    dmarc::Result judge_author(const std::string& domain, const Judgement& judgement);
    bool has_null_sender() const { return envelope_.sender.empty(); }
    spf::Request spf_request() const;

    std::string_view header_;
    Envelope envelope_;
    const Settings& settings_;
    dns::Resolver& resolver_;
    std::int64_t now_;
    Author author_;
    dkim::Verifier signatures_;
    arc::Verifier chain_;
};

} // namespace mn::auth

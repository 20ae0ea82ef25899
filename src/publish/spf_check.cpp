#include "publish/spf_check.hpp"

#include "auth/spf.hpp"
#include "auth/spf_record.hpp"
#include "base/text.hpp"
#include "publish/spf_libspf2.hpp"

#include <algorithm>

namespace mn::publish
{
namespace
{

/// Nobody has it, so what passes here passes for all; and every term of the
/// record is looked at.
constexpr std::string_view nobodys_address = "240.0.0.1";

/// Prefixes shorter than this hold more than anybody's own network.
constexpr unsigned shortest_prefix4 = 16;
constexpr unsigned shortest_prefix6 = 24;

class SpfCheck
{
public:
    SpfCheck(const SpfQuestion& question, dns::Resolver& resolver, std::vector<Finding>& findings)
        : question_(question), resolver_(resolver), findings_(findings), is_helo_(question.is_helo),
          subject_(cat(question.name, " SPF"))
    {
    }

    Passes run();

private:
    bool select_record();
    void judge_terms(const spf::Record& record);
    void judge_end(const spf::Record& record);
    void judge_whole();
    Passes judge_address(const IpAddress& address);
    void ask_libspf2(const spf::Record& record);

    void add(Grade grade, std::string_view fault, std::string text, std::string remedy)
    {
        findings_.push_back({grade, cat(is_helo_ ? "helo-" : "", fault), subject_, std::move(text),
                             published_, question_.wanted, std::move(remedy)});
        is_ok_ = false;
    }
    spf::Request request_from(const IpAddress& address) const
    {
        return {address,
                question_.host,
                is_helo_ ? std::string() : cat("postmaster@", question_.name),
                {}};
    }

    const SpfQuestion& question_;
    dns::Resolver& resolver_;
    std::vector<Finding>& findings_;
    bool is_helo_;
    std::string subject_;
    std::string text_;
    std::vector<std::string> published_;
    bool is_ok_ = true;
    bool is_unknown_ = false;
};

bool looks_like_spf(std::string_view text)
{
    return lower(text).find("spf1") != std::string::npos || lower(trim(text)).starts_with("v=spf");
}

/// False when there is nothing to evaluate, and that has been told.
bool SpfCheck::select_record()
{
    const dns::Answer& answer = resolver_.query(question_.name, dns::Type::txt);
    if (answer.status == dns::Status::temporary) {
        findings_.push_back(no_answer(is_helo_ ? "helo-spf" : "spf", subject_, answer));
        is_unknown_ = true;
        return false;
    }
    const auto records = spf::records_among(answer.texts);
    for (const std::string_view record : records)
        published_.emplace_back(record);
    if (records.size() == 1) {
        text_ = records.front();
        return true;
    }
    if (records.size() > 1) {
        add(Grade::failure, "spf-several", "there are several records, so receivers heed none",
            "make one record of them"); // [RFC7208 4.5]
        return false;
    }
    const auto near = std::find_if(answer.texts.begin(), answer.texts.end(),
                                   [](const std::string& text) { return looks_like_spf(text); });
    if (near != answer.texts.end()) {
        published_ = {*near};
        add(Grade::failure, "spf-version",
            "receivers do not see that this is SPF: it must begin with \"v=spf1 \"",
            "mend the beginning of the record");
    } else if (is_helo_) {
        add(Grade::warning, "spf-missing",
            "there is none, and bounces, which have no sender, are judged by it",
            "publish the record");
    } else {
        add(Grade::failure, "spf-missing", "there is none", "publish the record");
    }
    return false;
}

bool is_wide(const spf::Mechanism& term)
{
    if (!term.network) return false;
    return term.network->is_v4() ? term.bits4 < shortest_prefix4 : term.bits6 < shortest_prefix6;
}

void SpfCheck::judge_terms(const spf::Record& record)
{
    for (const spf::Mechanism& term : record.mechanisms) {
        const std::string shown = printable(term.text);
        // [RFC7208 5.5]
        if (term.kind == spf::Kind::ptr)
            add(Grade::warning, "spf-ptr", "it uses ptr, which is slow and which many do not heed",
                cat("write addresses, or a: or mx, instead of ", shown));
        if (term.qualifier == '+' && is_wide(term))
            add(Grade::warning, "spf-wide", cat(shown, " lets too many others send in our name"),
                "name only the networks that send mail for you");
        if (term.kind == spf::Kind::all && &term != &record.mechanisms.back())
            add(Grade::warning, "spf-after-all", cat("what follows ", shown, " is never looked at"),
                cat("put ", shown, " last"));
    }
}

void SpfCheck::judge_end(const spf::Record& record)
{
    const auto all = std::find_if(record.mechanisms.begin(), record.mechanisms.end(),
                                  [](const spf::Mechanism& m) { return m.kind == spf::Kind::all; });
    if (all == record.mechanisms.end()) {
        if (!record.redirect)
            add(Grade::warning, "spf-open", "it does not say what becomes of all other senders",
                "end it with -all");
    } else if (all->qualifier == '+') {
        add(Grade::failure, "spf-all", "it lets everybody send in our name: +all",
            "end it with -all");
    } else if (all->qualifier == '?') {
        add(Grade::warning, "spf-open", "it says nothing against other senders: ?all",
            "end it with -all");
    }
    if (all != record.mechanisms.end() && record.redirect)
        add(Grade::warning, "spf-redirect", "redirect= is ignored where there is an \"all\"",
            "take one of the two out");
}

std::string_view fault_of(std::string_view reason)
{
    if (reason.find("more than 10 DNS lookups") != reason.npos) return "spf-lookups";
    if (reason.find("more than 2 lookups") != reason.npos) return "spf-void";
    if (reason.find("more than 10 MX") != reason.npos) return "spf-lookups";
    return "spf-error";
}

/// As a stranger's mail makes a receiver do it: to the end.
void SpfCheck::judge_whole()
{
    const spf::Request request = request_from(*IpAddress::parse(nobodys_address));
    const spf::Result result = spf::check_host(request, resolver_);
    if (result.verdict == spf::Verdict::pass && is_ok_) {
        add(Grade::failure, "spf-all", cat("it lets everybody send in our name: ", result.reason),
            "take that out");
    } else if (result.verdict == spf::Verdict::permerror) {
        const std::string_view fault = fault_of(result.reason);
        add(Grade::failure, fault, cat("receivers give up on it: ", result.reason),
            fault == "spf-lookups" ? "replace some of include, a, mx, exists and "
                                     "redirect by ip4: and ip6:"
            : fault == "spf-void"  ? "take out the names that do not exist"
                                   : "mend or take out what it names");
    } else if (result.verdict == spf::Verdict::temperror) {
        is_unknown_ = true;
    }
}

Passes SpfCheck::judge_address(const IpAddress& address)
{
    const spf::Result result = spf::check_host(request_from(address), resolver_);
    if (result.verdict == spf::Verdict::pass) return Passes::yes;
    if (result.verdict == spf::Verdict::temperror) {
        is_unknown_ = true;
        return Passes::unknown;
    }
    // A record that is an error as a whole has been told of.
    if (result.verdict != spf::Verdict::permerror)
        add(Grade::failure, "spf-refuses",
            cat("our own mail from ", address.text(), " gets ", spf::verdict_name(result.verdict),
                ": ", result.reason),
            cat("let the record name ", address.text(), ", by mx, a or ",
                address.is_v4() ? "ip4:" : "ip6:", address.text()));
    return Passes::no;
}

void SpfCheck::ask_libspf2(const spf::Record& record)
{
    const std::string size = cat(std::to_string(text_.size()), " bytes, ",
                                 std::to_string(record.mechanisms.size()), " terms");
    if (!libspf2_reads_all(text_))
        return add(Grade::warning, "spf-libspf2",
                   cat("libspf2, which many receivers run, forgets the end of it: ", size),
                   "move part of it into a record of its own and include: that");
    // [RFC7208 3.4]
    if (text_.size() > libspf2_size)
        add(Grade::warning, "spf-libspf2",
            cat("too long: ", size,
                "; libspf2, which many receivers run, forgets what does not fit "
                "into 511, which this one still does; and answers of over 512 "
                "bytes are lost here and there"),
            "move part of it into a record of its own and include: that");
    for (const IpAddress& address : question_.addresses) {
        const std::string verdict = libspf2_verdict(request_from(address), resolver_);
        if (verdict != "pass" && verdict != "temperror")
            add(Grade::warning, "spf-libspf2",
                cat("libspf2, which many receivers run, says ", verdict, " of our mail from ",
                    address.text()),
                "make the record simpler, with our own addresses first");
    }
}

Passes SpfCheck::run()
{
    if (!select_record()) return is_unknown_ ? Passes::unknown : Passes::no;
    const spf::Record record = spf::parse_record(text_);
    if (!record.error.empty()) {
        add(Grade::failure, "spf-syntax", cat("receivers cannot read it: ", record.error),
            "mend the record");
        return Passes::no;
    }
    judge_terms(record);
    judge_end(record);
    judge_whole();
    Passes passes = question_.addresses.empty() ? Passes::unknown : Passes::yes;
    for (const IpAddress& address : question_.addresses)
        if (const Passes here = judge_address(address); here != Passes::yes) passes = here;
    // If it is wrong anyway, there is nothing to compare.
    if (passes == Passes::yes) ask_libspf2(record);
    if (is_unknown_)
        findings_.push_back({Grade::unknown,
                             is_helo_ ? "helo-spf" : "spf",
                             subject_,
                             "could not find out: the DNS does not answer for all that it names",
                             published_,
                             {},
                             "try again, or with another --nameserver"});
    else if (is_ok_)
        findings_.push_back({Grade::ok,
                             is_helo_ ? "helo-spf" : "spf",
                             subject_,
                             text_,
                             published_,
                             question_.wanted,
                             {}});
    return passes;
}

} // namespace

Passes check_spf(const SpfQuestion& question, dns::Resolver& resolver,
                 std::vector<Finding>& findings)
{
    return SpfCheck(question, resolver, findings).run();
}

} // namespace mn::publish

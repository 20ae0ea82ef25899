// One run of check_host(), and what it counts. Used by spf.cpp, which goes through the records, and
// spf_match.cpp, which asks whether a mechanism matches.
//
//   const Result result = Evaluation(mail_from_identity(request), resolver).run();
#pragma once

#include "auth/spf_terms.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mn::spf
{

/// What a mechanism says. [RFC7208 4.6.2]
struct Match {
    enum class Kind : std::uint8_t { no, yes, temperror, permerror };
    Kind kind = Kind::no;
    std::string reason; ///< of an error
};

/// Why the DNS has not answered, for people.
std::string trouble_of(std::string_view name, const dns::Answer& answer);

/// What counts for the whole of it is kept here, so that no record can begin anew. [RFC7208 4.6.4]
class Evaluation
{
public:
    Evaluation(Identity identity, dns::Resolver& resolver)
        : identity_(std::move(identity)), resolver_(resolver)
    {
    }

    Result run();

private:
    struct Outcome {
        Verdict verdict = Verdict::none;
        std::string reason;
        std::string domain;      ///< whose record decided
        std::string explanation; ///< the domain-spec of its exp=; empty: none
        bool is_matched = false; ///< by a mechanism, not for want of one
    };

    Outcome check(std::string domain);
    Outcome check_record(const Record& record, const std::string& domain);
    Match match(const Mechanism& mechanism, const std::string& domain);
    Match match_hosts(const Mechanism& mechanism, const std::string& name);
    Match match_exchangers(const Mechanism& mechanism, const std::string& name);
    Match match_client_names(const std::string& name);
    Match match_include(const std::string& name);
    Match match_existence(const std::string& name);
    std::optional<Match> count_void(const dns::Answer& answer);
    std::vector<std::string> client_names();
    bool is_validated(const std::string& name);
    std::string validated_name(std::string_view domain);
    MacroValues values(const std::string& domain);
    std::string explanation(const std::string& spec, const std::string& domain);
    void note(std::string line);

    Identity identity_;
    dns::Resolver& resolver_;
    unsigned lookups_ = 0;
    unsigned voids_ = 0;
    std::vector<std::string> trace_;
    std::optional<std::pair<std::string, std::string>> validated_; ///< domain, and its %{p}
};

} // namespace mn::spf

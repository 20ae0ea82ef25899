// A resolver that answers from a text: for tests, and to try a record before it is published.
//
//   dns::ZoneResolver resolver("example.org TXT \"v=spf1 mx -all\"\n"
//                              "example.org MX 10 mail.example.org\n"
//                              "slow.example.org TIMEOUT\n"
//                              "*.example.org SERVFAIL TXT\n");
//
// A line is: name, type, data. Types: A AAAA TXT MX PTR NS CNAME SRV. TXT data is one or more
// quoted strings, \DDD, \" and \\ as in zone files [RFC1035 5.1]. TIMEOUT and SERVFAIL, alone for
// every type or followed by one, are answered as temporary. Lines that begin with ';' are comments.
// A name without records is no_such_name, one that has others, or names below it, no_data.
#pragma once

#include "dns/resolver.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mn::dns
{

class ZoneResolver : public Resolver
{
public:
    /// Throws Error 4.3.5 naming the line that cannot be read.
    explicit ZoneResolver(std::string_view zone);

    void prefetch(std::string_view name, Type type) override;
    void prefetch_then(std::string_view name, Type type, Continuation continuation) override;
    const Answer& query(std::string_view name, Type type) override;
    std::vector<Lookup> lookups() const override { return lookups_; }
    void reset() override;

    /// How often query() had to wait, if every answer takes as long as any other and all that was
    /// asked before that moment came in together.
    unsigned round_trips() const { return round_trips_; }

    /// Answers claim to be validated from now on.
    void authenticate() { is_authenticated_ = true; }

private:
    using Key = std::pair<std::string, Type>;
    struct Asked {
        Answer answer;
        bool has_arrived = false;
        std::vector<Continuation> continuations;
    };

    void add_line(std::string_view line);
    void arrive();
    Answer answer(std::string name, Type type) const;
    bool exists(const std::string& name) const;

    std::map<Key, Answer> records_;
    std::map<std::string, std::vector<std::pair<unsigned, std::string>>> exchangers_;
    std::map<Key, std::string> problems_; // Type{}: every type
    std::map<std::string, bool> names_;
    std::map<Key, Asked> asked_; // a map does not move what is in it
    std::vector<Asked*> under_way_;
    std::vector<Lookup> lookups_;
    unsigned round_trips_ = 0;
    bool is_authenticated_ = false;
};

} // namespace mn::dns

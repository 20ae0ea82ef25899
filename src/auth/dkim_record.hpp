// The record that publishes a DKIM key of ours. [RFC6376 3.6.1]
//
//   dkim::key_name("default", "example.org")   // default._domainkey.example.org (dkim_key.hpp)
//   dkim::key_record(key)                      // v=DKIM1; k=rsa; p=MII…
//   dkim::look_up_key("default", "example.org", key, resolver).state == Publication::State::good
#pragma once

#include "crypto/key.hpp"
#include "dns/resolver.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mn::dkim
{

std::string key_record(const crypto::PrivateKey& key);

/// How a key of ours looks to a receiver.
struct Publication {
    enum class State : std::uint8_t {
        good,    ///< a receiver can verify what the key signs
        missing, ///< there is no record
        wrong,   ///< there is one, and receivers refuse what the key signs
        unknown, ///< no answer
    };
    State state = State::unknown;
    std::string text;                 ///< why not, or what else is odd; for people
    bool is_testing = false;          ///< t=y: receivers treat the mail as unsigned
    std::vector<std::string> records; ///< as published
};

Publication look_up_key(std::string_view selector, std::string_view domain,
                        const crypto::PrivateKey& key, dns::Resolver& resolver);

} // namespace mn::dkim

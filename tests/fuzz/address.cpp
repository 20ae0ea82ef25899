// message/address: what is taken is taken again, and an account name is a safe directory name.
#include "fuzz.hpp"

#include "message/address.hpp"

void fuzz(std::string_view input)
{
    const auto address = mn::parse_address(input);
    if (address) {
        const auto again = mn::parse_address(address->text());
        promise(again && again->local == address->local && again->domain == address->domain);
        const auto key = mn::parse_address(address->key());
        promise(key && key->text() == key->key());
        promise(address->domain.find('/') == std::string::npos && address->domain.front() != '.');
        promise(mn::is_local_part(address->local) && mn::is_domain(address->domain));
    }
    if (mn::is_account_name(input)) {
        promise(input.find_first_of(std::string_view("/\0\n\r:", 5)) == std::string_view::npos);
        promise(!input.empty() && input.front() != '.' && input.front() != '-');
    }
    const mn::Subaddress parts = mn::split_detail(input, '+');
    promise(input.starts_with(parts.user) && input.ends_with(parts.detail));
}

// list/extension: whatever an address asks for, no argument leads out of a directory, no address is
// anything else, and a bounce is never refused.
#include "fuzz.hpp"

#include "base/text.hpp"
#include "list/extension.hpp"
#include "message/address.hpp"

using namespace mn;

void fuzz(std::string_view input)
{
    const list::Command command = list::parse_extension(input);
    promise(command.argument.find_first_of("/ \n\r\t") == std::string::npos);
    promise(command.argument.find('\0') == std::string::npos);
    promise(command.argument.empty() || command.argument.front() != '.');
    promise(command.argument.size() <= 300);
    if (!command.address.empty()) {
        const auto address = parse_address(command.address);
        promise(address && address->key() == command.address);
    }
    if (lower(input.substr(0, 8)) == "bounces-") promise(command.verb != list::Verb::unknown);
    promise((command.verb == list::Verb::post) == input.empty());
    // In any case the same is asked for.
    promise(list::parse_extension(lower(input)).verb == command.verb);
}

// dns/message: an answer from anybody. The first byte chooses the type asked for.
#include "fuzz.hpp"

#include "dns/message.hpp"

void fuzz(std::string_view input)
{
    if (input.empty()) return;
    using mn::dns::Type;
    static constexpr Type types[] = {Type::a,  Type::ns,  Type::cname, Type::ptr,
                                     Type::mx, Type::txt, Type::aaaa};
    const Type type = types[static_cast<unsigned char>(input.front()) % std::size(types)];
    input.remove_prefix(1);
    const mn::dns::Answer answer = mn::dns::read_answer(input, "example.test", type, true);
    const std::size_t records = answer.texts.size() + answer.addresses.size() + answer.names.size();
    promise(records <= mn::dns::max_records);
    if (answer.status == mn::dns::Status::found) promise(records > 0);
    if (answer.status == mn::dns::Status::temporary) promise(!answer.problem.empty());
}

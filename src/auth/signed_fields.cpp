#include "auth/signed_fields.hpp"

#include "base/text.hpp"

namespace mn::dkim
{

SignedFields::SignedFields(std::string_view header) : fields_(header_fields(header))
{
    for (std::size_t i = 0; i < fields_.size(); ++i)
        if (!fields_[i].name.empty()) by_name_[lower(fields_[i].name)].push_back(i);
}

const std::vector<std::size_t>& SignedFields::places(std::string_view name) const
{
    static const std::vector<std::size_t> nowhere;
    const auto found = by_name_.find(lower(name));
    return found == by_name_.end() ? nowhere : found->second;
}

void SignedFields::select(const std::vector<std::string_view>& names, std::size_t signature,
                          const std::function<void(const HeaderField&)>& use) const
{
    std::map<const std::vector<std::size_t>*, std::size_t> left;
    for (const std::string_view name : names) {
        const std::vector<std::size_t>& where = places(name);
        std::size_t& count = left.try_emplace(&where, where.size()).first->second;
        if (count > 0 && where[count - 1] == signature) --count;
        if (count > 0) use(fields_[where[--count]]);
    }
}

} // namespace mn::dkim

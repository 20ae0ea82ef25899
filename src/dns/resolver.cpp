#include "dns/resolver.hpp"

namespace mn::dns
{

std::string_view type_name(Type type)
{
    switch (type) {
    case Type::a:
        return "A";
    case Type::ns:
        return "NS";
    case Type::cname:
        return "CNAME";
    case Type::ptr:
        return "PTR";
    case Type::mx:
        return "MX";
    case Type::txt:
        return "TXT";
    case Type::aaaa:
        return "AAAA";
    case Type::srv:
        return "SRV";
    }
    return "?";
}

} // namespace mn::dns

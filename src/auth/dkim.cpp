#include "auth/dkim.hpp"

#include "auth/result_word.hpp"

namespace mn::dkim
{

std::string_view verdict_name(Verdict verdict)
{
    return auth::result_word(verdict);
}

} // namespace mn::dkim

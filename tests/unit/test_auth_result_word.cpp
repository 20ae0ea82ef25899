#include "auth/arc.hpp"
#include "auth/dkim.hpp"
#include "auth/dmarc.hpp"
#include "auth/spf.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace mn;

namespace
{

template <typename Verdict>
std::string words(std::initializer_list<Verdict> verdicts)
{
    std::string text;
    for (const Verdict verdict : verdicts)
        text.append(verdict_name(verdict)).append(" ");
    return text;
}

} // namespace

TEST_CASE("auth/result_word: every result of every method")
{
    CHECK(words<spf::Verdict>({spf::Verdict::none, spf::Verdict::neutral, spf::Verdict::pass,
                               spf::Verdict::fail, spf::Verdict::softfail, spf::Verdict::temperror,
                               spf::Verdict::permerror}) ==
          "none neutral pass fail softfail temperror permerror ");
    CHECK(words<dkim::Verdict>({dkim::Verdict::none, dkim::Verdict::pass, dkim::Verdict::fail,
                                dkim::Verdict::policy, dkim::Verdict::neutral,
                                dkim::Verdict::temperror, dkim::Verdict::permerror}) ==
          "none pass fail policy neutral temperror permerror ");
    CHECK(words<arc::Verdict>({arc::Verdict::none, arc::Verdict::pass, arc::Verdict::fail,
                               arc::Verdict::temperror}) == "none pass fail temperror ");
    CHECK(words<dmarc::Verdict>({dmarc::Verdict::none, dmarc::Verdict::pass, dmarc::Verdict::fail,
                                 dmarc::Verdict::temperror, dmarc::Verdict::permerror}) ==
          "none pass fail temperror permerror ");
}

// auth/dmarc_record, auth/dmarc_walk: any text, any name: bounded questions, one policy.
#include "fuzz.hpp"

#include "auth/dmarc.hpp"
#include "auth/dmarc_record.hpp"
#include "auth/dmarc_walk.hpp"
#include "base/text.hpp"

#include <map>

using namespace mn;

namespace
{

/// The same TXT record at every name that is asked.
class OneAnswer : public dns::Resolver
{
public:
    explicit OneAnswer(std::string_view text)
    {
        answer_.status = dns::Status::found;
        answer_.texts.emplace_back(text);
    }
    void prefetch(std::string_view name, dns::Type) override { ++asked_[std::string(name)]; }
    void prefetch_then(std::string_view name, dns::Type type, Continuation) override
    {
        prefetch(name, type);
    }
    const dns::Answer& query(std::string_view name, dns::Type type) override
    {
        prefetch(name, type);
        return answer_;
    }
    std::vector<dns::Lookup> lookups() const override { return {}; }
    void reset() override {}

    std::size_t questions() const { return asked_.size(); }

private:
    dns::Answer answer_;
    std::map<std::string, int> asked_;
};

} // namespace

void fuzz(std::string_view input)
{
    const std::string_view text = take_argument(input), author = take_argument(input),
                           signer = take_argument(input);
    const auto record = dmarc::parse_record(text);
    if (record) promise(text.find("DMARC1") != std::string_view::npos);

    OneAnswer resolver(text);
    const dmarc::Result result = dmarc::evaluate(
        {std::string(author), std::string(signer), {std::string(signer), std::string(author)}},
        resolver);
    promise(resolver.questions() <= 1 + 2 * 8);
    const bool is_judged = record && !record->is_unusable && !result.record_domain.empty();
    promise(is_judged == (result.verdict == dmarc::Verdict::pass));
    if (result.is_testing) promise(result.policy != dmarc::Policy::reject);
    promise(dmarc::walk_targets(author).size() <= 8);
}

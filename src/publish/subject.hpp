// One record or service that is looked at: collects what is wrong with it.
//
//   Subject subject("dmarc", "example.org DMARC", "v=DMARC1; p=none", findings);
//   subject.published = answer.texts;
//   if (…) subject.fail("missing", "there is none", "publish the record");   // dmarc-missing
//   subject.ok(answer.texts.front());       // unless something was said before
#pragma once

#include "dns/resolver.hpp"
#include "publish/finding.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mn::publish
{

class Subject
{
public:
    /// check: what its findings are called, with a fault behind it. wanted: what should be
    /// published; may be empty.
    Subject(std::string check, std::string subject, std::string wanted,
            std::vector<Finding>& findings);

    std::vector<std::string> published;

    void fail(std::string_view fault, std::string text, std::string remedy);
    void warn(std::string_view fault, std::string text, std::string remedy);
    void unknown(std::string_view text, std::string remedy);
    void no_answer(const dns::Answer& answer);

    /// Unless something else was said.
    void ok(std::string text);

    bool is_ok() const { return is_ok_; } ///< so far

private:
    void add(Grade grade, std::string check, std::string text, std::string remedy);

    std::string check_;
    std::string subject_;
    std::string wanted_;
    std::vector<Finding>& findings_;
    bool is_ok_ = true;
};

} // namespace mn::publish

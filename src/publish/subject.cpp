#include "publish/subject.hpp"

#include "base/text.hpp"

#include <utility>

namespace mn::publish
{

Subject::Subject(std::string check, std::string subject, std::string wanted,
                 std::vector<Finding>& findings)
    : check_(std::move(check)), subject_(std::move(subject)), wanted_(std::move(wanted)),
      findings_(findings)
{
}

void Subject::add(Grade grade, std::string check, std::string text, std::string remedy)
{
    findings_.push_back({grade, std::move(check), subject_, std::move(text), published, wanted_,
                         std::move(remedy)});
    is_ok_ = is_ok_ && grade == Grade::ok;
}

void Subject::fail(std::string_view fault, std::string text, std::string remedy)
{
    add(Grade::failure, cat(check_, "-", fault), std::move(text), std::move(remedy));
}

void Subject::warn(std::string_view fault, std::string text, std::string remedy)
{
    add(Grade::warning, cat(check_, "-", fault), std::move(text), std::move(remedy));
}

void Subject::unknown(std::string_view text, std::string remedy)
{
    add(Grade::unknown, check_, cat("could not find out: ", text), std::move(remedy));
}

void Subject::no_answer(const dns::Answer& answer)
{
    unknown(cat("the DNS says: ", answer.problem), "try again, or with another --nameserver");
}

void Subject::ok(std::string text)
{
    if (is_ok_) add(Grade::ok, check_, std::move(text), {});
}

} // namespace mn::publish

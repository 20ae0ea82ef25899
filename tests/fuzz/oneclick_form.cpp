// list/oneclick_form: a body says it or not; what is cut off, or of another type, does not.
#include "fuzz.hpp"

#include "list/oneclick_form.hpp"
#include "message/content_type.hpp"

#include <string>

using namespace mn;

void fuzz(std::string_view input)
{
    const std::string_view type = take_argument(input);
    if (!list::says_one_click(type, input)) return;
    const auto form = parse_content_type(type);
    promise(form && (form->type == "multipart" || form->type == "application"));
    promise(input.find("lick") != std::string_view::npos || input.find('%') != input.npos);
    if (form->type == "multipart") {
        std::string unquoted(input);
        std::erase(unquoted, '\\'); // "List\-Unsubscribe" is the same name
        promise(unquoted.find("One-Click") != std::string::npos &&
                unquoted.find("List-Unsubscribe") != std::string::npos);
    }
    promise(!list::says_one_click("text/plain", input));
    promise(!list::says_one_click(type, ""));
}

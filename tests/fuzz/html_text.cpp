// archive/html_text: any HTML gives text, in time and space that its length bounds.
#include "fuzz.hpp"

#include "archive/html_text.hpp"
#include "archive/html_tokens.hpp"

void fuzz(std::string_view input)
{
    const std::string text = mn::archive::html_text(input, 100000);
    promise(text.size() <= 100000 + 40 + 8 * input.size());
    promise(text.size() <= 100 + 40 * input.size());
    promise(mn::archive::html_text(input, 10).size() <= 100 + 8 * input.size());
    promise(mn::archive::html_characters(input).size() <= 2 * input.size());
    mn::archive::html_attribute(input, "href");
}

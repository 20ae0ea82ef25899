#include "list/oneclick_form.hpp"

#include <doctest/doctest.h>
#include <string>

using mn::list::says_one_click;

namespace
{

const std::string urlencoded = "application/x-www-form-urlencoded";
const std::string multipart = "multipart/form-data; boundary=x7";

std::string part(const std::string& name, const std::string& value,
                 const std::string& end = "--x7--\r\n")
{
    return "--x7\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value +
           "\r\n" + end;
}

} // namespace

TEST_CASE("list/oneclick_form: the pair in a web form")
{
    for (const char* good : {"List-Unsubscribe=One-Click", "List-Unsubscribe=One-Click\r\n",
                             "List%2DUnsubscribe=One%2dClick", "a=b&List-Unsubscribe=One-Click&c",
                             "%zz&List-Unsubscribe=One-Click"})
        CHECK(says_one_click(urlencoded, good));
    CHECK(says_one_click("Application/X-WWW-Form-URLencoded; charset=UTF-8",
                         "List-Unsubscribe=One-Click"));
    for (const char* bad : {"", "List-Unsubscribe", "List-Unsubscribe=", "One-Click",
                            "List-Unsubscribe=One-Clicks", "List-Unsubscribe=One+Click",
                            "List-Unsubscribe==One-Click", "xList-Unsubscribe=One-Click",
                            "List-Unsubscribe=One-Click;a=b", "List-Unsubscribe=One-Clic%6"})
        CHECK_FALSE(says_one_click(urlencoded, bad));
}

TEST_CASE("list/oneclick_form: the pair in a multipart form")
{
    CHECK(says_one_click(multipart, part("List-Unsubscribe", "One-Click")));
    CHECK(says_one_click(multipart, "before\r\n" + part("a", "b", "") +
                                        part("List-Unsubscribe", "One-Click") + "after"));
    CHECK(says_one_click("multipart/form-data; boundary=\"x7\"",
                         "--x7\nContent-Type: text/plain\ncontent-disposition:form-data; "
                         "name=List-Unsubscribe\n\nOne-Click\n--x7--"));
    for (const std::string& bad :
         {part("List-Unsubscribe", "One-Click", ""), // cut off
          part("List-Unsubscribe", "One-Click\r\n"), part("List-Unsubscribe", "\r\nOne-Click"),
          part("List-Unsubscribe", "Two-Clicks"), part("Unsubscribe", "One-Click"),
          part("List-Unsub\rscribe", "One-Click"),
          part("a", "One-Click", part("List-Unsubscribe", "b")), std::string(),
          std::string("--x7\r\n\r\nList-Unsubscribe=One-Click\r\n--x7--"),
          std::string("--x7\r\nContent-Disposition: attachment; name=\"List-Unsubscribe\"\r\n\r\n"
                      "One-Click\r\n--x7--"),
          "--x7--\r\n" + part("List-Unsubscribe", "One-Click")})
        CHECK_FALSE(says_one_click(multipart, bad));
}

TEST_CASE("list/oneclick_form: no other type of body")
{
    const std::string body = "List-Unsubscribe=One-Click";
    for (const char* type : {"", "text/plain", "application/json", "multipart/mixed; boundary=x7",
                             "multipart/form-data", "multipart/form-data; boundary=\"\"", "x"}) {
        CHECK_FALSE(says_one_click(type, body));
        CHECK_FALSE(says_one_click(type, part("List-Unsubscribe", "One-Click")));
    }
    const std::string boundary(71, 'b');
    CHECK_FALSE(says_one_click("multipart/form-data; boundary=" + boundary,
                               "--" + boundary +
                                   "\r\nContent-Disposition: form-data; "
                                   "name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--" +
                                   boundary + "--\r\n"));
}

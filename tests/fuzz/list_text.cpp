// list/text: any text with any values ends, within bounds; what is put in is never an order.
#include "fuzz.hpp"

#include "base/text.hpp"
#include "list/text.hpp"

#include <cstdio>
#include <filesystem>
#include <stdlib.h>
#include <sys/stat.h>

namespace
{

constexpr std::string_view secret = "do-not-tell";

/// A list with a control file that no text of the fuzzer names by accident.
const std::string& list_directory()
{
    static const std::string path = [] {
        std::string made = std::filesystem::temp_directory_path() / "list.XXXXXX";
        promise(::mkdtemp(made.data()) != nullptr);
        for (const char* below : {"/control", "/text"})
            promise(::mkdir((made + below).c_str(), 0700) == 0);
        const auto put = [&](const std::string& file, std::string_view content) {
            std::FILE* out = std::fopen((made + file).c_str(), "w");
            promise(out != nullptr);
            std::fwrite(content.data(), 1, content.size(), out);
            std::fclose(out);
        };
        put("/control/listaddress", "cats@example.org\n");
        put("/control/secret", secret);
        put("/control/lines", "1\n\n3\n");
        put("/text/a", "%wrap 20%a\n%text a%\n  b $subject$\n");
        return made;
    }();
    return path;
}

} // namespace

void fuzz(std::string_view input)
{
    const std::string text(take_argument(input));
    const std::string subject(take_argument(input));
    static const mn::list::List list(list_directory());
    static const mn::list::TextDirectories directories;
    mn::list::TextValues values;
    values.list = &list;
    values.directories = &directories;
    values.occasion = {"deny", "post", "access", "normal"};
    values.values["subject"] = subject;
    values.sources["moderators"] = [&](const auto& use) {
        use(subject);
        use("second");
    };
    values.original_mail = input;
    promise(mn::list::expand(text, values).size() <= mn::list::max_expansion);

    // The same bytes as values of a text of ours.
    values.values["subject"] = input;
    values.original_mail = text;
    const std::string ours =
        mn::list::expand("Subject: $subject$\n\n%wrap%$subject$\n- %moderators%\n"
                         "%originalmail%\n",
                         values);
    const bool is_there_already = input.find(secret) != std::string_view::npos ||
                                  text.find(secret) != std::string::npos ||
                                  subject.find(secret) != std::string::npos;
    promise(is_there_already || ours.find(secret) == std::string::npos);
    promise(ours.starts_with("Subject: "));
    promise(ours.find("\n\n") == ours.find('\n'));
}

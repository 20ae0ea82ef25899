#include "archive/text_markup.hpp"

#include "archive/patch_lines.hpp"
#include "archive/text_links.hpp"
#include "archive/text_quotes.hpp"

#include <algorithm>

namespace mn::archive
{
namespace
{

/// Elements of patches. Lines of one kind that follow each other are in one.
struct Element {
    std::string_view begin;
    std::string_view end;
};

Element element_of(PatchLine kind)
{
    if (kind == PatchLine::added) return {"<ins>", "</ins>"};
    if (kind == PatchLine::removed) return {"<del>", "</del>"};
    if (kind == PatchLine::heading) return {"<b class=\"at\">", "</b>"};
    return {};
}

/// Quotes in one text: more are only made to make a page long.
constexpr std::size_t max_blocks = 4000;

class Writer
{
public:
    Writer(std::string& html, Addresses addresses) : html_(html), addresses_(addresses) {}

    void set_depth(unsigned wanted)
    {
        wanted = std::min(wanted, max_quotes);
        if (wanted == depth_ || blocks_ > max_blocks) return;
        end_pre();
        blocks_ += wanted > depth_ ? wanted - depth_ : 0;
        for (; depth_ < wanted; ++depth_)
            html_.append("<blockquote>");
        for (; depth_ > wanted; --depth_)
            html_.append("</blockquote>\n");
    }

    void add(std::string_view line, PatchLine kind)
    {
        // Between blocks there is room without empty lines.
        if (line.empty() && kind == PatchLine::none) {
            blank_lines_ += in_pre_ ? 1U : 0U;
            return;
        }
        const bool same = kind == kind_ && in_pre_ && blank_lines_ == 0;
        if (!same) end_kind();
        begin_line();
        if (!same) html_.append(element_of(kind).begin);
        kind_ = kind;
        append_linked(html_, line, addresses_);
    }

    void begin_signature()
    {
        set_depth(0);
        end_pre();
        pre_ = "<pre class=\"sig\">";
    }

    void finish()
    {
        blocks_ = 0;
        end_pre();
        set_depth(0);
    }

private:
    void begin_line()
    {
        if (in_pre_)
            html_.append(blank_lines_ + 1, '\n');
        else
            html_.append(pre_);
        in_pre_ = true;
        blank_lines_ = 0;
    }

    void end_kind()
    {
        html_.append(element_of(kind_).end);
        kind_ = PatchLine::none;
    }

    void end_pre()
    {
        end_kind();
        if (in_pre_) html_.append("</pre>\n");
        in_pre_ = false;
        blank_lines_ = 0;
    }

    std::string& html_;
    Addresses addresses_;
    std::string_view pre_ = "<pre>";
    bool in_pre_ = false;
    unsigned depth_ = 0;
    std::size_t blocks_ = 0;
    std::size_t blank_lines_ = 0; ///< held back
    PatchLine kind_ = PatchLine::none;
};

/// The line after which the signature begins; their number: there is none.
std::size_t signature_of(const std::vector<QuotedLine>& lines)
{
    for (std::size_t i = lines.size(); i-- > 0;)
        if (lines[i].depth == 0 && begins_signature(lines[i].text)) return i;
    return lines.size();
}

std::string_view without_trailing_space(std::string_view line)
{
    return line.substr(0, line.find_last_not_of(" \t") + 1);
}

} // namespace

void append_text_markup(std::string& html, std::string_view text, Addresses addresses)
{
    const std::vector<QuotedLine> lines = quoted_lines(text);
    const std::size_t signature = signature_of(lines);
    Writer writer(html, addresses);
    PatchLines patch;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto& [depth, line] = lines[i];
        if (i == signature) {
            writer.begin_signature();
            continue;
        }
        // An empty line between two quotes of the same depth belongs to them.
        const std::string_view shown = without_trailing_space(line);
        if (!shown.empty()) writer.set_depth(depth);
        const std::string_view after =
            i + 1 < lines.size() && lines[i + 1].depth == 0 ? lines[i + 1].text : "";
        const PatchLine kind = depth == 0 ? patch.look(line, after) : PatchLine::none;
        writer.add(shown, kind);
    }
    writer.finish();
}

} // namespace mn::archive

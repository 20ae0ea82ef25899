// Is a page whole: every element closed in its order, every attribute quoted, nothing raw.
//
//   CHECK(markup_problem(page) == "");
//
// Not a validator (tests/web has one): what escaping and nesting can break, in a few lines. Says
// what is wrong and where, or "".
#pragma once

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace mn::test
{

class MarkupCheck
{
public:
    explicit MarkupCheck(std::string_view text) : text_(text) {}

    std::string problem()
    {
        while (at_ < text_.size() && problem_.empty())
            step();
        if (problem_.empty() && !open_.empty()) complain("not closed: " + open_.back());
        return problem_;
    }

private:
    void complain(const std::string& what)
    {
        if (problem_.empty()) problem_ = what + " at: " + std::string(text_.substr(at_, 60));
    }

    void step()
    {
        const char c = text_[at_];
        if (text_.substr(at_).starts_with("<!--"))
            skip_past("-->");
        else if (text_.substr(at_).starts_with("<!") || text_.substr(at_).starts_with("<?"))
            skip_past(">");
        else if (c == '<')
            tag();
        else if (c == '>')
            complain("raw >");
        else if (c == '&')
            reference();
        else
            ++at_;
    }

    void skip_past(std::string_view end)
    {
        const std::size_t found = text_.find(end, at_);
        if (found == std::string_view::npos) return complain("no end");
        at_ = found + end.size();
    }

    void reference()
    {
        const std::string_view rest = text_.substr(at_);
        for (const std::string_view known : {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"})
            if (rest.starts_with(known)) {
                at_ += known.size();
                return;
            }
        complain("raw &");
    }

    std::string name()
    {
        std::string result;
        while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                                      text_[at_] == '-' || text_[at_] == ':'))
            result += text_[at_++];
        return result;
    }

    void tag()
    {
        ++at_;
        if (text_.substr(at_).starts_with("/")) {
            ++at_;
            const std::string closed = name();
            if (open_.empty() || open_.back() != closed) return complain("closes " + closed);
            open_.pop_back();
            return skip_past(">");
        }
        const std::string opened = name();
        if (opened.empty()) return complain("raw <");
        while (at_ < text_.size() && text_[at_] == ' ' && problem_.empty())
            attribute();
        if (text_.substr(at_).starts_with("/>")) return skip_past(">");
        if (at_ >= text_.size() || text_[at_] != '>') return complain("in a tag");
        ++at_;
        for (const std::string_view empty : {"meta", "link", "input", "br", "hr", "img"})
            if (opened == empty) return;
        open_.push_back(opened);
    }

    void attribute()
    {
        ++at_;
        if (name().empty()) return complain("no attribute");
        if (at_ >= text_.size() || text_[at_] != '=') return; // as "required"
        if (!text_.substr(++at_).starts_with("\"")) return complain("not quoted");
        for (++at_; at_ < text_.size() && text_[at_] != '"' && problem_.empty();) {
            if (text_[at_] == '&')
                reference();
            else if (text_[at_] == '<' || text_[at_] == '>')
                complain("raw in an attribute");
            else
                ++at_;
        }
        ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<std::string> open_;
    std::string problem_;
};

inline std::string markup_problem(std::string_view text)
{
    return MarkupCheck(text).problem();
}

} // namespace mn::test

#include "archive/html_text.hpp"

#include "archive/html_tokens.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <initializer_list>
#include <vector>

namespace mn::archive
{
namespace
{

constexpr std::size_t max_nesting = 8; // of quotes, of lists
constexpr std::size_t max_link = 300;  // longer ones are there to count readers

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_paragraph(std::string_view name)
{
    return is_one_of(name, {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table",
                            "ul", "ol", "dl", "hr"});
}

bool is_block(std::string_view name)
{
    return is_one_of(name, {"div",     "tr",      "li",       "dt",     "dd",         "section",
                            "article", "header",  "footer",   "main",   "nav",        "aside",
                            "form",    "address", "fieldset", "figure", "figcaption", "caption",
                            "center",  "body",    "legend"});
}

bool is_void(std::string_view name)
{
    return is_one_of(name, {"br", "hr", "img", "input", "meta", "link", "col", "wbr", "base",
                            "area", "embed", "source", "track", "param"});
}

/// Text while it is laid out: white space and line ends are held back until something follows.
class Layout
{
public:
    const std::string& text() const { return text_; }
    std::string take()
    {
        if (!text_.empty()) text_.push_back('\n');
        return std::move(text_);
    }

    /// At least so many line ends before what follows.
    void break_line(unsigned ends) { ends_ = std::max(ends_, ends); }
    void add_break() { ends_ = std::min(ends_ + 1, 3U); }
    void add_space(char space = ' ')
    {
        if (gap_ != '\t') gap_ = space;
    }
    void set_quotes(std::size_t quotes) { quotes_ = std::min(quotes, max_nesting); }
    void set_indent(std::size_t indent) { indent_ = indent; }
    /// Stands before what follows, at the beginning of a line.
    void set_marker(std::string marker) { marker_ = std::move(marker); }

    void add(std::string_view word)
    {
        if (word.empty()) return;
        if (text_.empty() || ends_ > 0)
            begin_line();
        else if (gap_ != '\0')
            text_.push_back(gap_);
        gap_ = '\0';
        ends_ = 0;
        text_.append(word);
    }

private:
    void begin_line()
    {
        for (unsigned end = text_.empty() ? ends_ : 0; end < ends_; ++end) {
            // Only the quotes that stay open go through the empty lines.
            if (end > 0) text_.append(std::min(quotes_, last_quotes_), '>');
            text_.push_back('\n');
        }
        text_.append(quotes_, '>');
        if (quotes_ > 0) text_.push_back(' ');
        text_.append(indent_, ' ');
        text_.append(marker_);
        marker_.clear();
        last_quotes_ = quotes_;
    }

    std::string text_;
    unsigned ends_ = 0;
    char gap_ = '\0';
    std::size_t quotes_ = 0;
    std::size_t last_quotes_ = 0;
    std::size_t indent_ = 0;
    std::string marker_;
};

class Reader
{
public:
    explicit Reader(std::string_view html) : tokens_(html) {}

    std::string read(std::size_t max_bytes)
    {
        while (layout_.text().size() < max_bytes) {
            const auto token = tokens_.next();
            if (!token) break;
            if (token->kind == HtmlToken::Kind::text) {
                if (hidden_.empty()) add_text(html_characters(token->text));
            } else if (!passes_over(*token)) {
                if (token->kind == HtmlToken::Kind::begin)
                    begin(*token);
                else
                    end(token->name);
            }
        }
        end_link();
        return layout_.take();
    }

private:
    /// Is this tag a part of something hidden?
    bool passes_over(const HtmlToken& token)
    {
        const bool is_begin = token.kind == HtmlToken::Kind::begin;
        if (hidden_.empty()) {
            if (!is_begin || is_void(token.name) || !is_hidden(token)) return false;
            hidden_ = token.name;
            hidden_depth_ = 1;
            return true;
        }
        if (token.name == hidden_) hidden_depth_ += is_begin ? 1 : -1;
        if (hidden_depth_ == 0) hidden_.clear();
        return true;
    }

    static bool is_hidden(const HtmlToken& token)
    {
        if (is_one_of(token.name, {"template", "select", "svg", "object", "datalist"})) return true;
        if (token.text.size() < 12) return false;
        std::string style = lower(html_attribute(token.text, "style"));
        style.erase(std::remove_if(style.begin(), style.end(), is_space), style.end());
        return style.find("display:none") != std::string::npos;
    }

    void begin(const HtmlToken& token)
    {
        const std::string& name = token.name;
        break_for(name);
        if (name == "br") {
            layout_.add_break();
        } else if (name == "hr") {
            layout_.add("----");
            layout_.break_line(2);
        } else if (name == "blockquote") {
            layout_.set_quotes(++quotes_);
        } else if (name == "ul" || name == "ol") {
            lists_.push_back(name == "ol" ? 1 : 0);
            set_indent();
        } else if (name == "li") {
            begin_item();
        } else if (name == "pre") {
            ++pre_;
        } else if (name == "td" || name == "th") {
            layout_.add_space('\t');
        } else if (name == "img") {
            add_picture(token);
        } else if (name == "a") {
            end_link();
            link_ = html_attribute(token.text, "href");
            link_begin_ = layout_.text().size();
        }
    }

    void end(const std::string& name)
    {
        if (name == "a") end_link();
        if (name == "blockquote" && quotes_ > 0) {
            layout_.set_quotes(--quotes_);
        } else if ((name == "ul" || name == "ol") && !lists_.empty()) {
            lists_.pop_back();
            set_indent();
        } else if (name == "pre" && pre_ > 0) {
            --pre_;
        }
        break_for(name);
    }

    void break_for(const std::string& name)
    {
        const bool is_inner_list = (name == "ul" || name == "ol") && lists_.size() > 1;
        if (is_inner_list || is_block(name))
            layout_.break_line(1);
        else if (is_paragraph(name))
            layout_.break_line(lists_.empty() ? 2 : 1);
    }

    void set_indent() { layout_.set_indent(2 * std::min(lists_.size(), max_nesting)); }

    void begin_item()
    {
        const std::size_t depth = std::min(lists_.size(), max_nesting);
        layout_.set_indent(depth > 0 ? 2 * (depth - 1) : 0);
        const bool is_numbered = !lists_.empty() && lists_.back() > 0;
        layout_.set_marker(is_numbered ? cat(std::to_string(lists_.back()++), ". ") : "* ");
    }

    void add_picture(const HtmlToken& token)
    {
        const std::string alt = html_attribute(token.text, "alt");
        if (!trim(alt).empty()) add_text(cat("[", trim(alt), "]"));
    }

    void add_text(std::string_view text)
    {
        while (!text.empty()) {
            const std::size_t end = std::min(text.find_first_of(" \t\r\n\f\xC2"), text.size());
            if (end > 0) add_word(text.substr(0, end));
            text.remove_prefix(end);
            if (text.empty()) break;
            std::size_t size = 1;
            if (text.starts_with("\xC2\xA0")) {
                layout_.add_space();
                size = 2;
            } else if (text[0] == '\xC2') {
                size = std::min<std::size_t>(2, text.size());
                add_word(text.substr(0, size));
            } else if (pre_ > 0 && text[0] == '\n') {
                layout_.add_break();
            } else if (pre_ > 0 && text[0] != '\r') {
                add_word(" ");
            } else {
                layout_.add_space();
            }
            text.remove_prefix(size);
        }
    }

    void add_word(std::string_view word)
    {
        layout_.add(word);
        if (!lists_.empty()) set_indent();
    }

    /// Says where a link leads, if its text does not.
    void end_link()
    {
        const std::string link = std::string(trim(link_));
        link_.clear();
        const bool is_web = link.starts_with("http://") || link.starts_with("https://");
        if (!is_web || link.size() > max_link || layout_.text().size() <= link_begin_) return;
        const std::string_view label = trim(std::string_view(layout_.text()).substr(link_begin_));
        const std::string_view bare = std::string_view(link).substr(link.find("//") + 2);
        const bool is_said =
            label.find(bare.substr(0, bare.find_last_not_of('/') + 1)) != std::string_view::npos;
        if (is_said || link.find_first_of(" \t\r\n<>") != std::string::npos) return;
        layout_.add_space();
        layout_.add(cat("<", link, ">"));
    }

    HtmlTokens tokens_;
    Layout layout_;
    std::string hidden_; ///< the element whose content is passed over
    std::size_t hidden_depth_ = 0;
    std::size_t quotes_ = 0;
    std::size_t pre_ = 0;
    std::vector<unsigned> lists_; ///< the number of the next item; 0: they have none
    std::string link_;
    std::size_t link_begin_ = 0;
};

} // namespace

std::string html_text(std::string_view html, std::size_t max_bytes)
{
    return Reader(html).read(max_bytes);
}

} // namespace mn::archive

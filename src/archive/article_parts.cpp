#include "archive/article_parts.hpp"

#include "archive/article_header.hpp"
#include "archive/attachment.hpp"
#include "archive/clean_text.hpp"
#include "archive/html_text.hpp"
#include "archive/pgp_text.hpp"
#include "archive/text_quotes.hpp"
#include "base/text.hpp"
#include "message/any_text.hpp"

#include <algorithm>

namespace mn::archive
{
namespace
{

constexpr std::size_t max_patch = 200000; // longer ones are not for reading

bool is_blank(std::string_view text)
{
    return trim(text).empty();
}

/// Shown as they are. A multipart without parts is what its boundary did not divide.
bool is_text(const Part& part)
{
    return part.type == "text/plain" || part.is_multipart() || part.type == "text/x-patch" ||
           part.type == "text/x-diff" || part.type == "message/delivery-status" ||
           part.type == "text/rfc822-headers" || part.type == "message/disposition-notification";
}

bool is_html(const Part& part)
{
    return part.type == "text/html";
}

bool is_signature(const Part& part)
{
    return part.type == "application/pgp-signature" || part.type == "application/pkcs7-signature" ||
           part.type == "application/x-pkcs7-signature";
}

class Reader
{
public:
    Reader(std::string_view message, Article& article)
        : parts_(read_parts(message)), article_(article), is_dropped_(parts_.list.size(), false)
    {
    }

    void read()
    {
        for (std::size_t i = 0; i < parts_.list.size(); ++i)
            read_part(i);
        if (parts_.is_cut) remark("cut off: too many parts");
    }

private:
    /// An attached message that is being read.
    struct Inside {
        std::size_t end;     ///< the part after its last
        std::size_t section; ///< where its text goes
    };

    void read_part(std::size_t index)
    {
        const Part& part = parts_.list[index];
        while (!inside_.empty() && index >= inside_.back().end)
            inside_.pop_back();
        if (is_dropped_[index]) return;
        if (index > 0 && parts_.list[part.parent].type.starts_with("message/")) begin_message(part);
        if (part.is_container(index))
            read_container(index);
        else
            read_leaf(part);
    }

    void begin_message(const Part& part)
    {
        Section section;
        section.kind = Section::Kind::message;
        section.title = title_of(part.header);
        article_.sections.push_back(std::move(section));
        inside_.push_back({part.end, article_.sections.size() - 1});
    }

    void read_container(std::size_t index)
    {
        const Part& part = parts_.list[index];
        const bool is_pgp = find(part.parameters, "protocol").find("pgp") != std::string_view::npos;
        if (part.type == "multipart/signed")
            remark(is_pgp ? "signed (OpenPGP)" : "signed (S/MIME)");
        else if (part.type == "multipart/encrypted")
            remark(is_pgp ? "encrypted (OpenPGP)" : "encrypted");
        else if (part.type == "multipart/alternative")
            choose(index);
    }

    /// Of alternatives one is shown. [RFC2046 5.1.4] What in the others is neither text nor HTML
    /// is still offered.
    void choose(std::size_t index)
    {
        std::size_t chosen = best_of(index, is_text);
        if (chosen == 0) chosen = best_of(index, is_html);
        if (chosen == 0) return;
        for (std::size_t i = index + 1; i < parts_.list[index].end; ++i) {
            const bool is_chosen = i >= chosen && i < parts_.list[chosen].end;
            const Part& part = parts_.list[i];
            const bool is_other_text = part.type.starts_with("text/") &&
                                       part.type != "text/calendar" && !part.is_container(i);
            if (!is_chosen && is_other_text) is_dropped_[i] = true;
        }
    }

    /// The first alternative with such a part that has something in it; 0: none.
    template <typename Predicate>
    std::size_t best_of(std::size_t index, Predicate is_wanted) const
    {
        const std::size_t end = parts_.list[index].end;
        for (std::size_t child = index + 1; child < end; child = parts_.list[child].end)
            for (std::size_t i = child; i < parts_.list[child].end; ++i) {
                const Part& part = parts_.list[i];
                if (!part.is_container(i) && is_wanted(part) && !is_blank(part.body)) return child;
            }
        return 0;
    }

    void read_leaf(const Part& part)
    {
        if (is_signature(part)) return;
        if (part.type == "application/pgp-encrypted") return; // says "Version: 1"
        const bool is_attached = part.disposition == "attachment";
        if (part.type == "application/pkcs7-mime" || part.type == "application/x-pkcs7-mime")
            remark(find(part.parameters, "smime-type") == "signed-data" ? "signed (S/MIME)"
                                                                        : "encrypted (S/MIME)");
        if (is_text(part) && !is_attached && !is_patch(part)) {
            show_text(part);
        } else if (is_html(part) && !is_attached) {
            show_html(part);
            attach(part, true);
        } else {
            attach(part);
            if (is_patch(part) && part.body.size() <= max_patch) show_text(part);
        }
    }

    void show_text(const Part& part)
    {
        PgpText text = without_armour(text_of(part));
        if (text.is_signed) remark("signed (OpenPGP)");
        if (text.is_encrypted) remark("encrypted (OpenPGP)");
        Section section;
        section.text = std::move(text.text);
        section.is_flowed = part.type == "text/plain" &&
                            equal_ignoring_case(find(part.parameters, "format"), "flowed");
        section.deletes_space = equal_ignoring_case(find(part.parameters, "delsp"), "yes");
        show(std::move(section));
    }

    void show_html(const Part& part)
    {
        Section section;
        section.kind = Section::Kind::text_of_html;
        section.text = clean_lines(html_text(text_of(part), max_shown));
        remark("text made of HTML");
        show(std::move(section));
    }

    /// The body in UTF-8.
    static std::string text_of(const Part& part)
    {
        return clean_lines(any_text(find(part.parameters, "charset"), decoded(part)));
    }

    void show(Section section)
    {
        if (is_blank(section.text)) return;
        if (section.text.size() > room_) {
            section.text.resize(cut(section.text, room_).size());
            remark("cut off: too long");
        }
        room_ -= section.text.size();
        if (inside_.empty()) {
            article_.sections.push_back(std::move(section));
            return;
        }
        std::string& text = article_.sections[inside_.back().section].text;
        if (!text.empty()) text.append("\n\n");
        text.append(section.is_flowed ? unflowed(section.text, section.deletes_space)
                                      : section.text);
    }

    void attach(const Part& part, bool is_shown_as_text = false)
    {
        Attachment attachment = attachment_of(part);
        attachment.is_shown_as_text = is_shown_as_text;
        if (attachment.bytes.empty() && attachment.name.empty()) return;
        Section section;
        section.kind = Section::Kind::attachment;
        section.attachment = article_.attachments.size();
        article_.attachments.push_back(std::move(attachment));
        article_.sections.push_back(std::move(section));
    }

    void remark(std::string_view text)
    {
        auto& remarks = article_.remarks;
        if (std::find(remarks.begin(), remarks.end(), text) == remarks.end())
            remarks.emplace_back(text);
    }

    Parts parts_;
    Article& article_;
    std::vector<bool> is_dropped_;
    std::vector<Inside> inside_; ///< the innermost last
    std::size_t room_ = max_shown;
};

} // namespace

void read_body(std::string_view message, Article& article)
{
    Reader(message, article).read();
}

} // namespace mn::archive

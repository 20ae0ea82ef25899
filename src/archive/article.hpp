// A post as readers of the web see it: decoded, in UTF-8, nothing in it that could do harm once it
// is escaped. All of a message is hostile; whatever comes, this is made in linear time and bounded.
//
//   const Article article = read_article(bytes_of_archive_7);
//   page += body_markup(article, {.addresses = Addresses::hide, .attachments = "../../a/"});
//
// Throws nothing for any bytes.
#pragma once

#include "archive/addresses.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mn::archive
{

struct Attachment {
    std::string name;   ///< for people: UTF-8, one line, no '/', at most 200 bytes; "" : has none
    std::string type;   ///< "image/png", lower case, tokens; else "application/octet-stream"
    std::string digest; ///< SHA-256 of bytes as 64 hexadecimal digits
    std::string bytes;  ///< decoded
    bool is_shown_as_text = false; ///< HTML, and its text is a section
};

/// Is it to be had? HTML whose text is shown has the addresses that texts must not have, so only
/// with Addresses::full.
bool is_offered(const Attachment& attachment, Addresses addresses);

/// What is shown, in the order of the message.
struct Section {
    enum class Kind : std::uint8_t { text, text_of_html, attachment, message };
    Kind kind = Kind::text;
    std::string text;           ///< LF, UTF-8, no control character but LF and TAB
    bool is_flowed = false;     ///< format=flowed [RFC3676]
    bool deletes_space = false; ///< delsp=yes
    std::size_t attachment = 0; ///< Kind::attachment: its index
    std::string title;          ///< Kind::message: subject and author of an attached message
};

struct Article {
    std::string id;                      ///< Message-ID without brackets; "" : none
    std::vector<std::string> references; ///< without brackets, oldest first, never id; of
                                         ///< In-Reply-To where References is missing
    std::string subject;                 ///< one line, at most 998 bytes; ""
    std::string author;                  ///< the name; "" : none given
    std::string author_address;          ///< ""
    std::optional<std::int64_t> date;    ///< Date, unless it is later than arrival by more than a
                                         ///< day; or the topmost Received; nothing: neither can
                                         ///< be read
    std::vector<Section> sections;
    std::vector<Attachment> attachments;
    std::vector<std::string> remarks; ///< for people: "signed (OpenPGP)", "cut off: too many parts"
    bool is_for_web = true;           ///< false: X-No-Archive: yes, or Archive: no
};

Article read_article(std::string_view message);

/// Who wrote it, as shown: name, or address as far as it is shown, or "(unknown)".
std::string author_text(const Article& article, Addresses addresses);

/// The subject as shown, or "(no subject)".
std::string subject_text(const Article& article, Addresses addresses);

struct Look {
    Addresses addresses = Addresses::hide;
    std::string
        attachments; ///< what leads to them, "../../a/"; below it digest.substr(0, 2)/digest
};

/// The sections as HTML, well-formed, nestable in <article>; no ids:
///   <pre>                     text, to be shown with white-space: pre-wrap; in it <a>, and of
///                             patches <ins>, <del>, and <b class="at"> for "@@ … @@" and "diff …"
///   <blockquote>              around <pre> and further <blockquote>: what is quoted
///   <pre class="sig">         the signature
///   <p class="file">          link to an attachment, its type and size
///   <figure class="mail">     an attached message: <figcaption> and the above
std::string body_markup(const Article& article, const Look& look);

/// The same as plain text, LF, for the mbox and for searching: addresses as shown, each attachment
/// one line "[name, type, size]".
std::string body_text(const Article& article, Addresses addresses);

} // namespace mn::archive

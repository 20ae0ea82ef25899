// The pages of an archive, as text: no file is touched here. HTML5 without JavaScript; everything
// that is put in is escaped here, so all of it may be hostile.
//
//   write("m/ab/KEY.html", message_page(facts, article, place));
//   page = thread_head(facts, root, subject, 1);             // a page that grows …
//   page += thread_record(facts, article, place);            // … by records; before the next one
//   page += thread_tail();                                   // its tail is cut off again
//
// The same input gives the same bytes, always. Lines end in LF, and so does every page and every
// head, record and tail. Times are seconds since 1970, shown in UTC. Page numbers begin with 1: the
// first page has no number in its name, the others have ("ROOT-2.html", "index-2.html"). Links are
// relative, so that a copy of the tree works anywhere; but the permanent link, the feed and the
// site map have ListFacts::url. Throws nothing.
#pragma once

#include "archive/article.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mn::archive
{

struct ListFacts {
    std::string name;    ///< of the directory: "cats"
    std::string address; ///< "cats@example.org"
    std::string url;     ///< where its pages are, absolute, with "/" at the end
    Addresses addresses = Addresses::hide;
    bool is_private = false; ///< noindex; not on the front page
    bool can_search = false; ///< there is a form: GET search/?q=…, below url
    std::string subscribe; ///< mail to this address subscribes, "cats+subscribe@…"; "" : not told
};

/// Where a message stands.
struct Place {
    std::string key; ///< of the message, with "-2" … for another with the same Message-ID
    std::uint64_t number = 0; ///< in archive/
    std::int64_t date = 0;    ///< never missing
    std::string month;        ///< "2026-11"
    unsigned month_page = 1;
    std::string root; ///< key that names the thread
    unsigned thread_page = 1;
    unsigned depth = 0;       ///< 0: begins the thread
    std::string parent;       ///< key of the message it answers, if that is in the archive; else ""
    unsigned parent_page = 1; ///< thread page the parent is on
};

struct ThreadSummary {
    std::string root;
    std::string subject; ///< of its first message
    std::string author;  ///< the same, as author_text() shows it
    std::int64_t first = 0;
    std::int64_t last = 0;
    unsigned messages = 0;
    unsigned pages = 1;
};

struct MonthSummary {
    std::string month; ///< "2026-11"
    unsigned messages = 0;
    unsigned pages = 1;
};

struct Recent {
    std::string key;
    std::string subject;
    std::string author; ///< as author_text() shows it
    std::int64_t date = 0;
    std::string summary; ///< the first 200 bytes of its text, cut between characters
};

struct FrontEntry {
    std::string name;
    std::string address;
    std::string url; ///< absolute, or relative to the front page: "cats/"
    std::uint64_t messages = 0;
    std::int64_t last = 0; ///< date of the newest; without meaning when messages is 0
};

/// What a search has found.
struct Hit {
    std::string key;
    std::string subject;
    std::string author; ///< as it was stored: as author_text() shows it
    std::int64_t date = 0;
    std::string context; ///< a piece of the text, one line or several
    /// What to mark of context: begin and length in bytes, in order, not overlapping.
    std::vector<std::pair<std::size_t, std::size_t>> marks;
};

struct Results {
    std::string words; ///< what was asked, as it was typed; "": nothing yet
    std::vector<Hit> hits;
    unsigned page = 1;
    bool has_more = false; ///< there is a next page
    bool is_cut = false;   ///< the search ran out of time: there may be more
};

// ---- file names, below the list's directory; page_path() of message_key.hpp is the first of them

std::string thread_path(std::string_view root, unsigned page); ///< "t/ab/ROOT-2.html"
std::string month_path(std::string_view month, unsigned page); ///< "2026-11/index-2.html"

// ---- one message

/// Begins with the mark that read_mark() reads, so that who answers this message finds its thread.
std::string message_page(const ListFacts&, const Article&, const Place&);

/// The page of a message that was removed: nothing of it but its place. The same mark.
std::string removed_page(const ListFacts&, const Place&);

/// What the first bytes of a message's page say of its thread.
struct Mark {
    std::string root;
    unsigned thread_page = 1;
    unsigned depth = 0;
};
inline constexpr std::size_t mark_length = 128; ///< so many bytes of a page are enough
std::optional<Mark> read_mark(std::string_view first_bytes);

// ---- a thread: head, records, tail. A page that is full ends in the last tail, which leads on.

/// subject: of the first message of the thread, or of the first that came.
std::string thread_head(const ListFacts&, std::string_view root, std::string_view subject,
                        unsigned page);
std::string thread_record(const ListFacts&, const Article&, const Place&);
std::string removed_thread_record(const ListFacts&, const Place&);
std::string thread_tail();
std::string thread_last_tail(std::string_view root, unsigned next_page);

// ---- a month, in the same way

std::string month_head(const ListFacts&, std::string_view month, unsigned page);
std::string month_record(const ListFacts&, const Article&, const Place&);
std::string removed_month_record(const ListFacts&, const Place&);
std::string month_tail();
std::string month_last_tail(std::string_view month, unsigned next_page);

// ---- a list, and all of them

std::string list_page(const ListFacts&, const std::vector<ThreadSummary>& newest_first,
                      const std::vector<MonthSummary>& months_newest_first, std::uint64_t messages);
/// Atom.
std::string feed(const ListFacts&, const std::vector<Recent>& newest_first);
/// entries: public lists only. Goes where its style.css and the lists' directories are.
std::string front_page(std::string_view title, const std::vector<FrontEntry>& entries);

// ---- a search: the page is at url + "search/"

std::string result_page(const ListFacts&, const Results&);
/// Instead of results: status 400, 404, 405, 503 … of the answer it goes into. In the same look.
std::string search_error_page(const ListFacts&, int status);

/// style.css: the same for a list and for the front page.
std::string_view style_sheet();

} // namespace mn::archive

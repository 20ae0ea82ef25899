#include "archive/writer.hpp"

#include "archive/mbox_record.hpp"
#include "archive/post_key.hpp"
#include "archive/words.hpp"
#include "base/text.hpp"
#include "message/message_key.hpp"

namespace mn::archive
{
namespace
{

constexpr std::size_t max_batch_messages = 1000;
constexpr std::size_t max_batch_bytes = std::size_t{8} << 20;
constexpr std::int64_t end_of_years = 253402300800; // the year 10000
constexpr std::string_view subject_of_removed = "(removed)";

} // namespace

Writer::Writer(const Tree& tree, const ListFacts& facts, const std::set<std::string>& removed,
               State& state)
    : facts_(facts), removed_(removed), state_(state), changes_(tree),
      threads_(tree, changes_, facts), months_(changes_, facts, state.months)
{
}

/// Of messages with one Message-ID there may be any number: searched for by halves.
std::string Writer::unique_key(const std::string& base) const
{
    const auto is_taken = [&](std::uint64_t number) {
        return changes_.has(page_path(numbered_key(base, number)));
    };
    if (!is_taken(1)) return base;
    std::uint64_t taken = 1;
    std::uint64_t free = 2;
    while (is_taken(free)) {
        taken = free;
        free *= 2;
    }
    while (free - taken > 1) {
        const std::uint64_t middle = taken + (free - taken) / 2;
        (is_taken(middle) ? taken : free) = middle;
    }
    return numbered_key(base, free);
}

std::int64_t Writer::date_of(const Article& article) const
{
    const std::int64_t date = article.date.value_or(-1);
    return date >= 0 && date < end_of_years ? date : state_.date;
}

void Writer::add(std::uint64_t number, std::string_view message)
{
    state_.last = number;
    ++messages_;
    const Article article = read_article(message);
    if (!article.is_for_web) return;
    const std::string base = base_key_of(article, message);
    Place place;
    place.key = unique_key(base);
    place.number = number;
    place.date = date_of(article);
    months_.place(place);
    threads_.place(article, base, place);
    if (removed_.contains(base))
        publish_removed(place);
    else
        publish(article, place, body_text(article, facts_.addresses));
    state_.date = place.date;
    ++state_.messages;
}

void Writer::publish(const Article& article, const Place& place, std::string_view text)
{
    const std::string subject = subject_text(article, facts_.addresses);
    const std::string author = author_text(article, facts_.addresses);
    add_attachments(article);
    put(place, message_page(facts_, article, place),
        {thread_record(facts_, article, place), subject, author},
        month_record(facts_, article, place), mbox_record(facts_, article, place, text));
    state_.add_recent({place.key, std::string(beginning_of(subject, max_summary_text)),
                       std::string(beginning_of(author, max_summary_text)), place.date,
                       std::string(beginning_of(text, max_summary_text))});
}

/// Everything but what it was, so that all that follows stays where it is.
void Writer::publish_removed(const Place& place)
{
    put(place, removed_page(facts_, place),
        {removed_thread_record(facts_, place), std::string(subject_of_removed), ""},
        removed_month_record(facts_, place), "");
}

void Writer::put(const Place& place, std::string page, const ThreadPages::Record& record,
                 std::string_view row, std::string_view mbox)
{
    changes_.add(page_path(place.key), std::move(page));
    const auto added = threads_.add(place, record);
    if (added.is_new_page) add_to_sitemap(place);
    months_.add(place, row, mbox);
    state_.touch(added.summary);
}

void Writer::add_attachments(const Article& article)
{
    for (const Attachment& attachment : article.attachments) {
        const std::string name = cat("a/", attachment.digest.substr(0, 2), "/", attachment.digest);
        if (is_offered(attachment, facts_.addresses) && !changes_.has(name))
            changes_.add(name, attachment.bytes);
    }
}

void Writer::add_to_sitemap(const Place& place)
{
    if (facts_.is_private) return;
    changes_.grow_or_begin(sitemap_name(state_.sitemap_lines)).body +=
        cat(facts_.url, thread_path(place.root, place.thread_page), "\n");
    ++state_.sitemap_lines;
}

bool Writer::is_full() const
{
    return messages_ >= max_batch_messages || changes_.size() >= max_batch_bytes;
}

const Changes& Writer::changes()
{
    threads_.finish();
    return changes_;
}

void Writer::next_batch()
{
    changes_.clear();
    threads_.forget();
    messages_ = 0;
}

std::string sitemap_name(std::uint64_t line)
{
    const std::uint64_t file = line / max_sitemap_lines + 1;
    return file == 1 ? "sitemap.txt" : cat("sitemap-", std::to_string(file), ".txt");
}

} // namespace mn::archive

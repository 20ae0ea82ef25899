#include "archive/changes.hpp"

#include "base/text.hpp"

namespace mn::archive
{

Damaged::Damaged(const std::string& path, std::string_view what)
    : Error("4.3.5", "the archive is damaged", cat(path, " ", what))
{
}

bool Changes::has(const std::string& name) const
{
    return changes_.contains(name) || tree_.has(name);
}

void Changes::add(const std::string& name, std::string content)
{
    added_ += content.size();
    begin(name, std::move(content));
}

Growth& Changes::begin(const std::string& name, std::string head)
{
    Growth& growth = changes_[name];
    growth.is_new = true;
    growth.body = std::move(head);
    return growth;
}

Growth& Changes::grow(const std::string& name, std::string_view tail)
{
    const auto known = changes_.find(name);
    if (known != changes_.end()) return known->second;
    const auto size = tree_.size_of(name);
    if (!size) throw Damaged(name, "is missing");
    if (*size < tail.size() || tree_.read_last(name, tail.size()) != tail)
        throw Damaged(name, "does not end as it should");
    Growth& growth = changes_[name];
    growth.offset = *size - tail.size();
    growth.old_tail = tail;
    return growth;
}

Growth& Changes::grow_or_begin(const std::string& name)
{
    return has(name) ? grow(name, "") : begin(name, "");
}

void Changes::write() const
{
    for (const auto& [name, growth] : changes_) {
        if (growth.is_new)
            tree_.write(name, growth.tail.empty() ? growth.body : cat(growth.body, growth.tail));
        else
            tree_.write_end(name, growth.offset, cat(growth.body, growth.tail));
    }
}

void Changes::clear()
{
    changes_.clear();
    added_ = 0;
}

} // namespace mn::archive

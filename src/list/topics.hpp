// What the posts of a digest are about, told by thread.
//
//   Topics topics;
//   topics.add(7, header);
//   topics.for_each([](std::string_view thread) { … });   // "hello\n  7 - Ann <ann@example.net>"
//
// A post belongs to a thread when it names one of its posts, or a post that another one of the
// thread names: by References and In-Reply-To [RFC5322 3.6.4], never by subject.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mn::list
{

class Topics
{
public:
    /// header: of the post. remark: stands behind its author.
    void add(std::uint64_t number, std::string_view header, std::string_view remark = {});

    /// In the order of their first posts; one line for the subject and one for each post.
    void for_each(const std::function<void(std::string_view)>& use) const;

private:
    std::size_t thread_of(std::string_view header);

    std::vector<std::string> threads_;
    std::map<std::string, std::size_t, std::less<>> thread_by_id_;
};

} // namespace mn::list

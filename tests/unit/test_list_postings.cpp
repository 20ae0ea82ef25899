#include "auth/dkim_sign.hpp"
#include "base/error.hpp"
#include "crypto/key.hpp"
#include "list/posting_state.hpp"
#include "list/postings.hpp"
#include "list_fixture.hpp"

#include <doctest/doctest.h>

#include <ctime>
#include <map>

using namespace mn::list;

namespace
{

/// A list with subscribers s0…, and who got what.
class Sending
{
public:
    explicit Sending(std::size_t subscribers)
    {
        std::string text;
        for (std::size_t i = 0; i < subscribers; ++i)
            text += "s" + std::to_string(i) + "@example.net\n";
        directory.put("subscribers.d/s", text);
    }

    PostingResult accept(const Posting& posting)
    {
        const List list(directory.path());
        return accept_post({list, texts_, send, std::time(nullptr), keys_of}, posting);
    }
    std::size_t resume(std::int64_t now = std::time(nullptr))
    {
        const List list(directory.path());
        return resume_postings({list, texts_, send, now, keys_of});
    }

    static constexpr std::size_t never = 9999;

    ListDirectory directory;
    std::map<std::string, int> copies;
    std::vector<Outgoing> mails;
    std::size_t failing = never; ///< the batch that fails, from 0
    KeysOf keys_of;

private:
    TextDirectories texts_;
    Send send = [this](const Outgoing& mail) {
        if (mails.size() == failing) {
            failing = never;
            throw mn::Error("4.3.0", "mail system error");
        }
        mails.push_back(mail);
        for (const std::string& recipient : mail.recipients)
            ++copies[recipient];
    };
};

const Posting post = {"Subject: x\n\nbody", "4ABC-0123456789abcdef", ""};

bool all_once(const std::map<std::string, int>& copies, std::size_t size)
{
    for (const auto& [address, count] : copies)
        if (count != 1) return false;
    return copies.size() == size;
}

} // namespace

TEST_CASE("list/postings: numbered, archived, sent in batches")
{
    Sending sending(2500);
    const PostingResult result = sending.accept(post);
    CHECK(result.number == 1);
    CHECK(result.recipients == 2500);
    CHECK(sending.mails.size() == 3);
    CHECK(all_once(sending.copies, 2500));
    CHECK(sending.mails[0].with_verp);
    CHECK(sending.mails[0].sender.starts_with("cats+bounces-1."));
    CHECK(sending.mails[0].message == post.message);
    CHECK(sending.directory.get("index") == "1");
    CHECK(sending.directory.get("archive/1") == post.message);
    CHECK_FALSE(sending.directory.has("mailnode/sending/1.state"));
}

TEST_CASE("list/postings: a retry after the end sends nothing, another post gets the next number")
{
    Sending sending(3);
    sending.accept(post);
    const PostingResult again = sending.accept(post);
    CHECK(again.was_done);
    CHECK(again.number == 1);
    CHECK(sending.mails.size() == 1);
    CHECK(sending.accept({"other", "4ABC-other", ""}).number == 2);
    CHECK(was_posted(List(sending.directory.path()), post.identity));
    CHECK_FALSE(was_posted(List(sending.directory.path()), "4XYZ"));
}

TEST_CASE("list/postings: a retry goes on where the first try ended")
{
    Sending sending(2500);
    sending.failing = 1;
    CHECK_THROWS_AS(sending.accept(post), mn::Error);
    CHECK(sending.directory.get("index") == "1");
    // Who comes or goes now does not change who gets this post.
    sending.directory.put("subscribers.d/n", "new@example.net\n");
    CHECK(sending.accept(post).number == 1);
    CHECK(all_once(sending.copies, 2500));
}

TEST_CASE("list/postings: resumed without the retry, which then does nothing")
{
    Sending sending(2500);
    sending.failing = 1;
    CHECK_THROWS_AS(sending.accept(post), mn::Error);
    CHECK(sending.resume() == 1);
    CHECK(sending.resume() == 0);
    CHECK(sending.accept(post).was_done);
    CHECK(all_once(sending.copies, 2500));
}

TEST_CASE("list/postings: what another process sends is left to it")
{
    Sending sending(1500);
    sending.failing = 1;
    CHECK_THROWS_AS(sending.accept(post), mn::Error);
    {
        const List list(sending.directory.path());
        const auto other = SendingState::open(list, 1);
        REQUIRE(other);
        CHECK(sending.resume() == 0);
        CHECK_THROWS_AS(sending.accept(post), mn::Error);
        CHECK(sending.accept({"other", "other", ""}).number == 2);
    }
    CHECK(sending.resume() == 1);
}

TEST_CASE("list/postings: what was written before its number was raised is void")
{
    Sending sending(3);
    const List list(sending.directory.path());
    write_posting(list, 1,
                  {"half done", "4OTHER", true, [](const auto& use) { use("x@y.example"); }});
    CHECK(sending.resume() == 0);
    CHECK(sending.accept(post).number == 1);
    CHECK(sending.directory.get("archive/1") == post.message);
    CHECK(all_once(sending.copies, 3));
}

TEST_CASE("list/postings: void also for the very mail that was being written")
{
    Sending sending(3);
    const List list(sending.directory.path());
    write_posting(list, 1,
                  {"half", post.identity, true, [](const auto& use) { use("x@y.example"); }});
    CHECK(sending.accept(post).number == 1);
    CHECK(sending.directory.get("index") == "1");
    CHECK(all_once(sending.copies, 3));
}

TEST_CASE("list/postings: a lost index overwrites nothing")
{
    Sending sending(1);
    sending.directory.put("archive/1", "old");
    sending.directory.put("archive/2", "older");
    CHECK(sending.accept(post).number == 3);
    CHECK(sending.directory.get("archive/1") == "old");
    CHECK(sending.directory.get("index") == "3");
}

TEST_CASE("list/postings: index as mlmmj and people write it")
{
    Sending sending(1);
    for (const std::string text : {"", "8", "8\n", "0008\n"}) {
        INFO(text);
        sending.directory.put("index", text);
        std::filesystem::remove_all(sending.directory.path() + "/archive");
        const auto number = sending.accept({"x", "id" + std::to_string(text.size()), ""}).number;
        CHECK(number == (text.empty() ? 1 : 9));
        CHECK(last_number(List(sending.directory.path())) == number);
    }
    sending.directory.put("index", "nonsense");
    CHECK_THROWS_AS(sending.accept({"x", "id", ""}), mn::Error);
}

TEST_CASE("list/postings: noarchive keeps the message until it is sent")
{
    Sending sending(1500);
    sending.directory.put("control/noarchive", "");
    sending.failing = 1;
    CHECK_THROWS_AS(sending.accept(post), mn::Error);
    CHECK(sending.directory.get("mailnode/sending/1.msg") == post.message);
    sending.accept(post);
    CHECK(all_once(sending.copies, 1500));
    CHECK_FALSE(sending.directory.has("mailnode/sending/1.msg"));
    CHECK_FALSE(sending.directory.has("archive/1"));
    CHECK(sending.directory.get("index") == "1");
}

TEST_CASE("list/postings: notmetoo, in whatever case")
{
    Sending sending(3);
    sending.accept({"x", "id", "S1@Example.NET"});
    CHECK(sending.copies.size() == 2);
    CHECK(sending.copies.count("s1@example.net") == 0);
}

TEST_CASE("list/postings: marks are kept for a week, nobody subscribed is no trouble")
{
    Sending sending(0);
    CHECK(sending.accept(post).recipients == 0);
    CHECK(sending.mails.empty());
    sending.resume();
    CHECK(sending.accept(post).was_done);
    sending.resume(std::time(nullptr) + 8 * 86400);
    CHECK_FALSE(sending.accept(post).was_done);
}

TEST_CASE("list/postings: any identity will do")
{
    Sending sending(1);
    for (const std::string identity : {"../../etc/x", "a\nb", "", ".hidden"}) {
        sending.accept({"x", identity, ""});
        CHECK(sending.accept({"x", identity, ""}).was_done);
    }
    CHECK(sending.mails.size() == 4);
    CHECK(post_identity("4ABC", "x").starts_with("4ABC-"));
    CHECK(post_identity("", "x") != post_identity("", "y"));
}

namespace
{

/// control/oneclick, and a post that our key has signed.
class OneClickSending : public Sending
{
public:
    explicit OneClickSending(std::size_t subscribers) : Sending(subscribers)
    {
        directory.put("control/oneclick", "https://lists.example.org/u\n");
        keys_of = signers;
        const std::string text = "From: ann@example.net\nSubject: x\n\nbody\n";
        mn::dkim::Signer signer("From: ann@example.net\nSubject: x\n", signers("example.org"),
                                std::time(nullptr));
        signer.body("body\n");
        signed_post.message = signer.finish("\n") + text;
        signed_post.signed_bytes = signed_post.message.size() - text.size();
    }

    static std::vector<mn::dkim::SigningKey> signers(const std::string& domain)
    {
        static const auto key = mn::crypto::PrivateKey::generate(mn::crypto::Algorithm::ed25519);
        return {{&key, domain, "s"}};
    }

    Posting signed_post{"", "4ABC-1", ""};
};

} // namespace

TEST_CASE("list/postings: oneclick: a copy for each, with the sender that Postfix would make")
{
    OneClickSending sending(250);
    CHECK(sending.accept(sending.signed_post).recipients == 250);
    CHECK(all_once(sending.copies, 250));
    REQUIRE(sending.mails.size() == 250);
    for (const Outgoing& mail : sending.mails) {
        CHECK(mail.recipients.size() == 1);
        CHECK(mail.is_signed);
        CHECK_FALSE(mail.with_verp);
        std::string who = mail.recipients.front();
        who[who.find('@')] = '=';
        CHECK(mail.sender.starts_with("cats+bounces-1."));
        CHECK(mail.sender.ends_with("-" + who + "@example.org"));
        CHECK(mail.message.find("List-Unsubscribe-Post:") != std::string::npos);
    }
    // Kept is what all would get.
    CHECK(sending.directory.get("archive/1") == sending.signed_post.message);
    CHECK(sending.accept(sending.signed_post).was_done);
    CHECK(sending.mails.size() == 250);
}

TEST_CASE("list/postings: oneclick: goes on with the copy that failed")
{
    OneClickSending sending(250);
    sending.failing = 130;
    CHECK_THROWS_AS(sending.accept(sending.signed_post), mn::Error);
    CHECK(sending.mails.size() == 130);
    CHECK(sending.resume() == 1);
    CHECK(sending.mails.size() == 250);
    CHECK(sending.mails.back().is_signed);
    CHECK(all_once(sending.copies, 250));
}

TEST_CASE("list/postings: oneclick: who has no keys sends the rest in a batch")
{
    OneClickSending sending(250);
    sending.failing = 3;
    CHECK_THROWS_AS(sending.accept(sending.signed_post), mn::Error);
    sending.keys_of = {};
    CHECK(sending.resume() == 1);
    REQUIRE(sending.mails.size() == 4);
    CHECK(sending.mails.back().with_verp);
    CHECK(sending.mails.back().message == sending.signed_post.message);
    CHECK(all_once(sending.copies, 250));
}

TEST_CASE("list/postings: oneclick: switched on or off while a post is under way")
{
    OneClickSending sending(10);
    sending.failing = 3;
    CHECK_THROWS_AS(sending.accept(sending.signed_post), mn::Error);
    std::filesystem::remove(sending.directory.path() + "/control/oneclick");
    CHECK(sending.resume() == 1);
    CHECK(sending.mails.size() == 4);
    CHECK(all_once(sending.copies, 10));

    OneClickSending other(10);
    std::filesystem::remove(other.directory.path() + "/control/oneclick");
    other.failing = 0;
    CHECK_THROWS_AS(other.accept(other.signed_post), mn::Error);
    other.directory.put("control/oneclick", "https://lists.example.org/u\n");
    CHECK(other.resume() == 1);
    CHECK(other.mails.size() == 1);
}

TEST_CASE("list/postings: the sender that names the subscriber")
{
    CHECK(verp_sender("cats+bounces-7.t@example.org", "ann@example.net") ==
          "cats+bounces-7.t-ann=example.net@example.org");
    CHECK(verp_sender("cats+bounces-7.t@example.org", "a=b@example.net") ==
          "cats+bounces-7.t-a=b=example.net@example.org");
}

#include "config/passwd.hpp"
#include "config/passwd_edit.hpp"
#include "config/passwd_line.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace mn::config;

namespace
{

const std::string yescrypt =
    "$y$j9T$vR35jmBT76zKD2eWqftTb.$OHFfKMt9jOolDGVG75mkmhVdcA9LNEROIwbzsIX/IR0";
const std::string sha512 = "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/"
                           "O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1";
const std::string good = "a@x.test:" + yescrypt + ":2000:2000::::";

/// "E3 E5 W7": severity and line of every problem.
std::string problems(const std::string& text)
{
    std::string found;
    for (const Problem& problem : parse_passwd(text, "passwd").problems) {
        if (!found.empty()) found += ' ';
        found += problem.severity == Severity::error ? 'E' : 'W';
        found += std::to_string(problem.line);
    }
    return found;
}

/// Of a file with this password field.
std::string hash_problems(const std::string& field)
{
    return problems("a@x.test:" + field + ":2000:2000::::\n");
}

} // namespace

TEST_CASE("config/passwd: accounts, comments, blank lines, disabled accounts")
{
    const PasswdFile file = parse_passwd("# the staff\n\n" + good + "\nb@x.test:!" + sha512 +
                                             ":2000:2000::::\nc@x.test:*:2000:2000:Carol:/h::k=v:w",
                                         "passwd");
    CHECK(file.problems.empty());
    REQUIRE(file.accounts.size() == 3);
    CHECK(file.accounts[0].address.key() == "a@x.test");
    CHECK(file.accounts[0].line == 3);
    CHECK_FALSE(file.accounts[0].disabled);
    CHECK(file.accounts[0].scheme == "yescrypt");
    CHECK(file.accounts[0].hash == yescrypt);
    CHECK(file.accounts[1].disabled);
    CHECK(file.accounts[1].scheme == "sha512-crypt");
    CHECK(file.accounts[1].hash == sha512);
    CHECK(file.accounts[2].disabled);
    CHECK(file.accounts[2].line == 5);
    CHECK(file.accounts[2].scheme.empty());
}

TEST_CASE("config/passwd: an empty file is fine, and so is a missing last newline")
{
    for (const std::string& text : {std::string(), std::string("\n"), std::string("#"), good})
        CHECK(problems(text) == "");
}

TEST_CASE("config/passwd: names")
{
    const std::string rest = ":" + yescrypt + ":2000:2000::::\n";
    for (const char* name : {"a",
                             "@x.test",
                             "a@",
                             "a@@x.test",
                             "a b@x.test",
                             "a@x..test",
                             "a@-x.test",
                             ".a@x.test",
                             "a..b@x.test",
                             "../etc@x.test",
                             "a/b@x.test",
                             "-a@x.test",
                             "a+b@x.test",
                             "a@[127.0.0.1]",
                             "\"a\"@x.test",
                             "\xc3\xa4@x.test",
                             "A@x.test",
                             "a@X.test",
                             " a@x.test",
                             "a@x.test ",
                             "",
                             "\xef\xbb\xbf"
                             "a@x.test",
                             "a\x01@x.test",
                             "a@x.test\r"}) {
        CAPTURE(name);
        CHECK(problems(name + rest) == "E1");
    }
    CHECK(problems(std::string("a\0@x.test", 9) + rest) == "E1");
    CHECK(problems(" #" + rest) == "W1");
    CHECK(problems(" \n\t\n") == "W1 E2");
    CHECK(problems("a@x.test\n") == "E1");
}

TEST_CASE("config/passwd: an account twice names both lines, whatever the case")
{
    const std::string text = good + "\n#\nA@X.test:" + sha512 + ":2000:2000::::\n";
    CHECK(problems(text) == "E3 E3");
    const PasswdFile file = parse_passwd(text, "passwd");
    CHECK(file.accounts.size() == 1);
    CHECK(describe(file.problems[1]) ==
          "passwd:3: error: a@x.test has a line already, line 1, and Dovecot reads only that one; "
          "delete one of them");
}

TEST_CASE("config/passwd: hashes that Dovecot takes")
{
    for (const std::string& hash :
         {yescrypt, sha512, "{CRYPT}" + yescrypt, "{sha512-crypt}" + sha512,
          std::string(
              "$6$rounds=5000$toolongsaltstrin$lQ8jolhgVRVhY4b5pZKaysCLi0QBxGoNeKQzQ3glMhwll"
              "F7oGDZxUhx1yxdYcz/e1JSbq3y6JMxxl8audkUEm0"),
          std::string("$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8"),
          std::string("$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
          std::string("{BLF-CRYPT}$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
          std::string(
              "$7$CU..../....2Q9obwLhin8qvQl6sisAO/$E1HizYWxBmnIH4sdPkd1UOML9t62Gf.wvNTnt5XFz"
              "s8"),
          std::string("{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$x$y"),
          std::string("{SSHA512.HEX}ab")}) {
        CAPTURE(hash);
        CHECK(hash_problems(hash) == "");
    }
}

TEST_CASE("config/passwd: weak hashes are warned of, others refused, and no text shows one")
{
    for (const char* hash :
         {"{PLAIN}hunter22", "{plain}hunter22", "{CLEARTEXT}hunter22", "abJnggxhB/yWI",
          "$1$abcdefgh$G0SLQbhqjbEmAEDHpGaCe0", "{SHA256.B64}hunter22", "{CRYPT}abJnggxhB/yWI",
          "{CRAM-MD5}hunter22"}) {
        CAPTURE(hash);
        CHECK(hash_problems(hash) == "W1");
    }
    for (const std::string& hash : {std::string(),
                                    std::string("hunter22"),
                                    std::string("{hunter22}"),
                                    std::string("{hunter22"),
                                    std::string("{PLAIN}"),
                                    std::string("{CRYPT}"),
                                    std::string("{CRYPT}hunter22"),
                                    std::string("$6$$"),
                                    std::string("$6$"),
                                    std::string("$y$"),
                                    std::string("$9$a$hunter22"),
                                    std::string("$6$hunter22"),
                                    yescrypt.substr(0, yescrypt.size() - 1),
                                    yescrypt + "x",
                                    yescrypt + " ",
                                    " " + yescrypt,
                                    sha512.substr(1),
                                    std::string("$6$rounds=x$a$hunter22"),
                                    std::string("x"),
                                    std::string("{SSHA512}hunter 22")}) {
        CAPTURE(hash);
        CHECK(hash_problems(hash) == "E1");
        for (const Problem& problem :
             parse_passwd("a@x.test:" + hash + ":2000:2000::::\n", "passwd").problems)
            CHECK(describe(problem).find("hunter") == std::string::npos);
    }
    CHECK(hash_problems("!") == "");
    CHECK(hash_problems("*hunter22") == "");
}

TEST_CASE("config/passwd: fields")
{
    const std::string start = "a@x.test:" + yescrypt;
    CHECK(problems(start) == "E1");
    CHECK(problems(start + ":2000") == "E1");
    CHECK(problems(start + ":2000:2000") == "W1");
    CHECK(problems(start + "::::::") == "W1 W1");
    CHECK(problems(start + ":99:2000::::") == "W1");
    CHECK(problems(start + ":2000:0::::") == "W1");
    for (const char* id :
         {"root", " 2000", "-1", "2000x", "4294967295", "99999999999999999999", "0x7d0"})
        CHECK(problems(start + ":" + id + ":2000::::") == "E1");
    CHECK(problems(start + ":2000:2000::::userdb_mail=maildir:/x quota=1") == "");
    CHECK(problems(start + ":2000:2000::::a=b nopassword=y") == "E1");
    CHECK(problems(start + ":2000:2000::::a=b:nopassword") == "E1");
    CHECK(problems(start + ":2000:2000:" + std::string(8192, 'x') + ":::") == "E1");
    CHECK(problems(good + "\r\n# x\r\n") == "W1");
}

TEST_CASE("config/passwd: accounts outside the domains of the node")
{
    const std::string text = "#\n" + good + "\nb@y.test:!:2000:2000::::\n";
    const PasswdFile file = parse_passwd(text, "passwd");
    CHECK(check_domains(file, "passwd", {"x.test", "y.test"}).empty());
    const auto found = check_domains(file, "passwd", {"x.test"});
    REQUIRE(found.size() == 1);
    CHECK(found[0].line == 3);
    CHECK(found[0].severity == Severity::error);
}

TEST_CASE("config/passwd: mutated files never crash it, and problems are on a line of the file")
{
    std::mt19937 random(1);
    const std::string base =
        "# c\r\n" + good + "\n\nb@x.test:!{SSHA512}ab:2000:2000::::k=v\nc@y:::::\n";
    const std::string bits = ":\n\r\t {}$!*@#.\0\x7f\xff\x41";
    for (int round = 0; round < 20000; ++round) {
        std::string text = base;
        for (unsigned change = 0; change <= random() % 6; ++change) {
            const std::size_t place = random() % text.size();
            if (random() % 3 == 0)
                text.erase(place, random() % 20);
            else
                text.insert(place, 1, bits[random() % bits.size()]);
            if (text.empty()) text = "\n";
        }
        const std::size_t lines =
            1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
        for (const Problem& problem : parse_passwd(text, "passwd").problems) {
            REQUIRE(problem.line >= 1);
            REQUIRE(problem.line <= lines);
            REQUIRE_FALSE(problem.what.empty());
            REQUIRE_FALSE(problem.remedy.empty());
        }
        // What an edit does to one account, it does to no other.
        REQUIRE(remove_account(text, "zz@x.test") == text);
        const std::string added = put_account(text, "zz@x.test", yescrypt);
        REQUIRE(added.starts_with(text));
        REQUIRE(find_account(added, "zz@x.test").size() == 1);
        REQUIRE(remove_account(added, "zz@x.test").starts_with(text));
    }
}

TEST_CASE("config/passwd_edit: a new account comes last, ended as the other lines are")
{
    const std::string line = account_line("New@x.test", yescrypt);
    CHECK(line == "new@x.test:" + yescrypt + ":2000:2000::::");
    CHECK(put_account("", "new@x.test", yescrypt) == line + "\n");
    CHECK(put_account("# c", "new@x.test", yescrypt) == "# c\n" + line + "\n");
    CHECK(put_account("# c\n\n", "new@x.test", yescrypt) == "# c\n\n" + line + "\n");
    CHECK(put_account("# c\r\nx", "new@x.test", yescrypt) == "# c\r\nx\r\n" + line + "\r\n");
}

TEST_CASE("config/passwd_edit: a known account keeps its place and its other fields")
{
    const std::string before("# c\r\n\x00\xff\n", 8), after = "\r\nz@x.test:odd\r:line";
    for (const char* rest : {":1:2:Ann A.:/h:/s:a=b:c", ":2000:2000::::", ":2000:2000"}) {
        const std::string text = before + "A@x.Test:!old" + rest + after;
        CHECK(put_account(text, "a@x.test", "new") == before + "a@x.test:new" + rest + after);
        CHECK(remove_account(text, "a@x.test") == before + after.substr(2));
        CHECK(enable_account(text, "a@x.test") == before + "a@x.test:old" + rest + after);
        CHECK(disable_account(text, "a@x.test") == text);
    }
    CHECK(put_account("a@x.test:old\nb", "a@x.test", "new") == "a@x.test:new:2000:2000::::\nb");
    CHECK(disable_account("a@x.test:old:1:2\n", "a@x.test") == "a@x.test:!old:1:2\n");
    CHECK(enable_account("a@x.test:!!old:1:2\n", "a@x.test") == "a@x.test:old:1:2\n");
}

TEST_CASE("config/passwd_edit: which lines are the account's")
{
    CHECK(find_account("a@x.test:1\n#a@x.test:2\naa@x.test:3\n A@x.test :4\na@x.test\na@x.test:5",
                       "a@x.test") == std::vector<std::size_t>{1, 4, 6});
    CHECK(find_account("", "a@x.test").empty());
}

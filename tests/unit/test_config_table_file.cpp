// src/config/table_file.hpp
#include "config/table_file.hpp"

#include "base/file.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

using namespace mn;
using namespace mn::config;

namespace
{

struct Scratch {
    Scratch() { REQUIRE(::mkdtemp(name) != nullptr); }
    ~Scratch()
    {
        ::unlink(path().c_str());
        ::rmdir(name);
    }
    std::string path() const { return std::string(name) + "/table"; }

    char name[32] = "/tmp/mn-table-XXXXXX";
};

bool put(const std::string& path, const std::string& text, std::size_t piece)
{
    TableFile table(path, 0644);
    for (std::size_t at = 0; at < text.size(); at += piece)
        table.write(std::string_view(text).substr(at, piece));
    return table.commit();
}

} // namespace

TEST_CASE("config/table_file: whatever was there before, the new text is there after")
{
    const std::string big(200'000, 'a');
    const std::vector<std::string> texts = {"",
                                            "x",
                                            "xy",
                                            "y",
                                            big,
                                            big + "b",
                                            "b" + big,
                                            big.substr(0, 65536),
                                            big.substr(0, 65535),
                                            big.substr(0, 131072) + "b" + big.substr(0, 10)};
    for (const std::string& before : texts) {
        for (const std::string& after : texts) {
            const Scratch scratch;
            CHECK(put(scratch.path(), before, 1000));
            CHECK(put(scratch.path(), after, 70'001) == (before != after));
            CHECK(read_file(scratch.path(), 1 << 20) == after);
        }
    }
}

TEST_CASE("config/table_file: not committed, nothing has changed and nothing is left over")
{
    const Scratch scratch;
    put(scratch.path(), "old", 3);
    {
        TableFile table(scratch.path(), 0644);
        table.write(std::string(200'000, 'n'));
    }
    CHECK(read_file(scratch.path(), 100) == "old");
    CHECK(::unlink(scratch.path().c_str()) == 0);
    CHECK(::rmdir(scratch.name) == 0); // empty
    CHECK(::mkdir(scratch.name, 0700) == 0);
}

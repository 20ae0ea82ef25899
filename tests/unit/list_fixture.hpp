// A list in a private directory, made as mlmmj makes one.
#pragma once

#include "scratch_directory.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

class ListDirectory
{
public:
    explicit ListDirectory(std::string_view address = "cats@example.org")
    {
        std::filesystem::create_directory(path() + "/control");
        put("control/listaddress", std::string(address) + "\n");
    }

    const std::string& path() const { return scratch_.path(); }

    /// A file below it; directories are made.
    void put(const std::string& name, std::string_view text) const
    {
        const std::filesystem::path file = path() + "/" + name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
    }

    bool has(const std::string& name) const { return std::filesystem::exists(path() + "/" + name); }

    std::string get(const std::string& name) const
    {
        std::ostringstream text;
        text << std::ifstream(path() + "/" + name, std::ios::binary).rdbuf();
        return text.str();
    }

private:
    ScratchDirectory scratch_;
};

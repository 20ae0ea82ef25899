// Where the public test vectors are: beside the checkout, if anywhere.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

/// The files DIRECTORY/*EXTENSION among the vectors, sorted; none when there are no vectors.
inline std::vector<std::filesystem::path> vector_files(const std::string& directory,
                                                       const std::string& extension)
{
    const auto checkout = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
    const auto where = checkout.parent_path() / "shared" / "vectors" / directory;
    std::vector<std::filesystem::path> files;
    std::error_code absent;
    for (const auto& entry : std::filesystem::directory_iterator(where, absent))
        if (entry.path().extension() == extension) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

/// A directory of tests/data.
inline std::filesystem::path test_data(const std::string& directory)
{
    return std::filesystem::path(__FILE__).parent_path().parent_path() / "data" / directory;
}

inline std::string contents(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// store/folder_name: whatever somebody calls a folder, it stays below the mailbox.
#include "fuzz.hpp"

#include "store/folder_name.hpp"

#include <algorithm>

void fuzz(std::string_view input)
{
    const auto directory = mn::store::folder_directory(input);
    if (!directory) return;
    promise(directory->size() > 1 && directory->size() <= 200);
    promise(directory->front() == '.' && directory->back() != '.');
    promise(directory->find("..") == std::string::npos);
    promise(std::all_of(directory->begin(), directory->end(),
                        [](char c) { return c >= ' ' && c < 0x7f && c != '/'; }));
}

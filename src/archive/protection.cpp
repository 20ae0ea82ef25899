#include "archive/protection.hpp"

namespace mn::archive
{
namespace
{

const std::string accounts_name = ".htpasswd";
const std::string mark_name = ".private";

} // namespace

void protect(const Tree& tree, const Settings& settings)
{
    if (!settings.facts.is_private) return;
    std::string text;
    for (const std::string& account : settings.accounts)
        text.append(account).push_back('\n');
    tree.replace_if_other(accounts_name, text);
    tree.replace_if_other(mark_name, "");
}

} // namespace mn::archive

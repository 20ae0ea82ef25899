#include "cli/tool.hpp"
int main(int argc, char** argv)
{
    mn::cli::Tool tool("mn-deliver", "store one message", mn::cli::Audience::mail_path);
    return tool.run(argc, argv, [] { return 0; });
}

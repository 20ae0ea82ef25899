// The unit test program. Run one case with: unit-tests -tc='base/text*'
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

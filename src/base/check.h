// PTKL_CHECK: aborts the process when an internal invariant is broken. Never for input.
#pragma once

#include <cstdio>
#include <cstdlib>

#define PTKL_CHECK(condition)                                                                \
  do {                                                                                       \
    if (!(condition)) {                                                                      \
      std::fprintf(stderr, "%s:%d: broken invariant: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)

// Counts the calls of operator new in the program that links this.
#pragma once

#include <cstdint>

namespace ptkl::bench {

/// Allocations of the calling thread since it started.
std::uint64_t count_allocations();

}  // namespace ptkl::bench

// Counts what operator new is asked for, in the whole program that links this.
#pragma once

#include <cstdint>

namespace ptkl::bench {

/// Allocations of the calling thread since it started.
std::uint64_t count_allocations();

}  // namespace ptkl::bench

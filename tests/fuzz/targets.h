// The fuzz targets. Each accepts any bytes, and aborts the process when an invariant is broken, such as that
// an accepted value is read again as it was written.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ptkl::fuzz {

struct Target {
  std::string_view name;
  void (*run)(std::string_view input);
};

std::span<const Target> targets();

/// The initial inputs: some that the target accepts, and some that are almost valid.
std::vector<std::string> seeds(std::string_view target);

}  // namespace ptkl::fuzz

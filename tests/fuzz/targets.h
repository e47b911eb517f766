// The bodies that are fuzzed. Each takes any bytes, and ends the process when a law is broken: what
// was accepted must be read again as it was written.
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

/// Inputs to begin with: what the target accepts, and what is nearly that.
std::vector<std::string> seeds(std::string_view target);

}  // namespace ptkl::fuzz

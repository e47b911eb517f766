// The API users of a filled project (bench/fill), and what programs that measure do when something fails.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/check.h"
#include "base/result.h"
#include "base/secret_string.h"
#include "base/uuid.h"

namespace ptkl::bench {

/// The value of `result`. Ends the program when it is an error.
template <class T>
T must(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "error: {}\n", result.error().message);
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

struct Sample {
  Uuid id;
  std::string username;
  SecretString secret;
};

/// Reads the file that ptkl_fill wrote.
inline std::vector<Sample> read_samples(const char* path) {
  std::ifstream file(path);
  std::vector<Sample> samples;
  std::string id;
  std::string username;
  std::string secret;
  while (file >> id >> username >> secret) {
    samples.push_back({must(Uuid::parse(id)), username, SecretString(std::string_view(secret))});
  }
  PTKL_CHECK(!samples.empty());
  return samples;
}

/// CPU time of this process.
inline double cpu_seconds() {
  timespec time{};
  PTKL_CHECK(::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace ptkl::bench

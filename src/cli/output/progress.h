// A bar on stderr for what takes a while; nothing where stderr is no terminal.
#pragma once

#include <cstdint>
#include <string_view>

#include "cli/framework/context.h"

namespace ptkl::cli {

class Progress {
 public:
  /// `total` 0: unknown. `unit` says of what, in the plural, and outlives it.
  Progress(const Context& context, std::int64_t total, std::string_view unit);
  /// Takes the bar away.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::int64_t done);

 private:
  const Context& context_;
  std::int64_t total_;
  std::string_view unit_;
  bool visible_;
};

}  // namespace ptkl::cli

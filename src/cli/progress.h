// A bar on stderr for what takes a while; nothing where stderr is no terminal.
#pragma once

#include <cstdint>

#include "cli/context.h"

namespace ptkl::cli {

class Progress {
 public:
  /// `total` 0: unknown.
  Progress(const Context& context, std::int64_t total);
  /// Takes the bar away.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::int64_t done);

 private:
  const Context& context_;
  std::int64_t total_;
  bool visible_;
};

}  // namespace ptkl::cli

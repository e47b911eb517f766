// A logger that discards everything.
#pragma once

#include "base/log.h"

namespace ptkl::storage {

class SilentLogger final : public Logger {
 public:
  void write(LogLevel, std::string_view, Fields) override {}
};

inline SilentLogger silent;

}  // namespace ptkl::storage

// The count of an audit event within a minute.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/timestamp.h"

namespace ptkl::app {

struct EventCount {
  std::int64_t count = 0;
  Timestamp first_at;
  Timestamp last_at;

  void add(const EventCount& other) {
    first_at = count == 0 ? other.first_at : std::min(first_at, other.first_at);
    last_at = count == 0 ? other.last_at : std::max(last_at, other.last_at);
    count += other.count;
  }
};

}  // namespace ptkl::app

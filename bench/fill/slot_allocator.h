// Allocates status slots like app/tokens/status_slots.h, without a query for each slot.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random_source.h"
#include "core/status_list.h"

namespace ptkl::bench {

class SlotAllocator {
 public:
  /// `taken` are all slots that the project has allocated so far. Requires: `source` outlives it.
  SlotAllocator(RandomSource& source, const std::vector<StatusSlot>& taken);

  /// Allocates a random free slot of the list that is being filled.
  StatusSlot allocate();
  std::int64_t count() const { return count_; }

 private:
  void start_list();
  bool take(StatusSlot slot);

  RandomSource& source_;
  std::int64_t count_ = 0;
  std::int64_t list_ = 0;
  std::vector<bool> taken_;  ///< of the list that is being filled
};

}  // namespace ptkl::bench

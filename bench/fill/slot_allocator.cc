#include "bench/fill/slot_allocator.h"

namespace ptkl::bench {
SlotAllocator::SlotAllocator(RandomSource& source, const std::vector<StatusSlot>& taken)
    : source_(source), taken_(StatusSlot::kSlotsPerList) {
  for (const StatusSlot slot : taken) (void)take(slot);
}

StatusSlot SlotAllocator::allocate() {
  start_list();
  for (;;) {
    const StatusSlot slot{list_ * StatusSlot::kSlotsPerList + StatusSlot::random_index(source_)};
    if (take(slot)) return slot;
  }
}

void SlotAllocator::start_list() {
  const std::int64_t list = count_ / StatusSlot::kAllocatedPerList;
  if (list == list_) return;
  list_ = list;
  taken_.assign(StatusSlot::kSlotsPerList, false);
}

bool SlotAllocator::take(StatusSlot slot) {
  const auto index = static_cast<std::size_t>(slot.index());
  if (taken_[index]) return false;
  taken_[index] = true;
  ++count_;
  return true;
}

}  // namespace ptkl::bench

#include "app/tokens/status_slots.h"

namespace ptkl::app {
namespace {

/// In a list that is half full, all of these attempts fail with a probability of 2^-64.
constexpr int kMaxAttempts = 64;

}  // namespace

Result<StatusSlot> allocate_status_slot(ProjectTransaction& change) {
  auto& slots = change.transaction.status_slots();
  const auto count = slots.count(change.project);
  if (!count) return failed(count);
  const std::int64_t first = *count / StatusSlot::kAllocatedPerList * StatusSlot::kSlotsPerList;
  for (int i = 0; i < kMaxAttempts; ++i) {
    const StatusSlot slot{first + StatusSlot::random_index(change.context.random_source)};
    const auto allocated = slots.allocate(change.project, slot);
    if (!allocated) return failed(allocated);
    if (*allocated) return slot;
  }
  return failure(ErrorCode::internal, "no free status slot was found");
}

}  // namespace ptkl::app

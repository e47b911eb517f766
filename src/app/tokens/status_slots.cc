#include "app/tokens/status_slots.h"

#include <array>

namespace ptkl::app {
namespace {

/// In a list that is half full, all of these attempts fail with a probability of 2^-64.
constexpr int kMaxAttempts = 64;

std::int64_t random_index(RandomSource& source) {
  std::array<std::uint8_t, 4> bytes{};
  source.fill(bytes);
  std::int64_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8 | byte;
  return number % StatusSlot::kSlotsPerList;
}

}  // namespace

Result<StatusSlot> allocate_status_slot(ProjectTransaction& change) {
  auto& slots = change.transaction.status_slots();
  const auto count = slots.count(change.project);
  if (!count) return failed(count);
  const std::int64_t first = *count / StatusSlot::kAllocatedPerList * StatusSlot::kSlotsPerList;
  for (int i = 0; i < kMaxAttempts; ++i) {
    const StatusSlot slot{first + random_index(change.context.random_source)};
    const auto allocated = slots.allocate(change.project, slot);
    if (!allocated) return failed(allocated);
    if (*allocated) return slot;
  }
  return failure(ErrorCode::internal, "no free status slot was found");
}

}  // namespace ptkl::app

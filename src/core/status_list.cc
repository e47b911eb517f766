#include "core/status_list.h"

#include <array>

namespace ptkl {

std::int64_t StatusSlot::random_index(RandomSource& source) {
  std::array<std::uint8_t, 4> bytes{};
  source.fill(bytes);
  std::int64_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8 | byte;
  return number % kSlotsPerList;
}

}  // namespace ptkl

#include "core/status_list.h"

#include <gtest/gtest.h>

#include "core/byte_sequence_source.h"

namespace ptkl {
namespace {

TEST(StatusSlot, BelongsToTheListOfItsNumber) {
  struct Row {
    std::int64_t number;
    std::int64_t list;
    std::int64_t index;
  };
  const std::vector<Row> rows = {{0, 0, 0},
                                 {1, 0, 1},
                                 {1'048'575, 0, 1'048'575},
                                 {1'048'576, 1, 0},
                                 {3 * 1'048'576 + 7, 3, 7}};
  for (const Row& row : rows) {
    const StatusSlot slot{row.number};
    EXPECT_EQ(slot.list(), row.list);
    EXPECT_EQ(slot.index(), row.index);
    EXPECT_EQ(slot.list() * StatusSlot::kSlotsPerList + slot.index(), row.number);
  }
}

TEST(StatusSlot, NamesItsListByUri) {
  EXPECT_EQ(StatusSlot{1'048'576}.uri("https://id.example.com/projects/acme"),
            "https://id.example.com/projects/acme/oauth2/status-lists/1");
}

TEST(StatusSlot, TakesARandomIndexFromTheLowestTwentyBitsOfFourBytes) {
  ByteSequenceSource source;
  EXPECT_EQ(StatusSlot::random_index(source), 0x01020304 % (1 << 20));
  EXPECT_EQ(StatusSlot::random_index(source), 0x05060708 % (1 << 20));
}

}  // namespace
}  // namespace ptkl

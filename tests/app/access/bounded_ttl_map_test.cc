#include "app/access/bounded_ttl_map.h"

#include <string>

#include <gtest/gtest.h>

namespace ptkl::app {
namespace {

using std::chrono::seconds;

Timestamp at(int second) { return Timestamp(seconds(second)); }

using Table = BoundedTtlMap<std::string, int>;

TEST(BoundedTtlMap, IsEmptyAtFirst) {
  const Table table(2);
  EXPECT_EQ(table.find("a", at(0)), nullptr);
  EXPECT_EQ(table.size(), 0U);
}

TEST(BoundedTtlMap, FindsNoExpiredEntry) {
  Table table(2);
  table.put("a", 1, {at(10)}, at(0));
  EXPECT_EQ(table.find("a", at(10)), nullptr);
  ASSERT_NE(table.find("a", at(9)), nullptr);
  EXPECT_EQ(*table.find("a", at(9)), 1);
}

TEST(BoundedTtlMap, FindsNoErasedEntry) {
  Table table(2);
  table.put("a", 1, {at(10)}, at(0));
  table.erase("a");
  table.erase("b");
  EXPECT_EQ(table.find("a", at(0)), nullptr);
  EXPECT_EQ(table.size(), 0U);
}

TEST(BoundedTtlMap, EvictsTheEntryThatExpiresFirst) {
  Table table(2);
  table.put("late", 1, {at(30)}, at(0));
  table.put("early", 2, {at(10)}, at(0));
  table.put("new", 3, {at(20)}, at(0));
  EXPECT_EQ(table.size(), 2U);
  EXPECT_EQ(table.find("early", at(0)), nullptr);
  EXPECT_NE(table.find("late", at(0)), nullptr);
  EXPECT_NE(table.find("new", at(0)), nullptr);
}

TEST(BoundedTtlMap, EvictsTheLowestPriorityFirst) {
  Table table(2);
  table.put("precious", 1, {at(10), 5}, at(0));
  table.put("cheap", 2, {at(30), 1}, at(0));
  table.put("new", 3, {at(20), 1}, at(0));
  EXPECT_EQ(table.find("cheap", at(0)), nullptr);
  table.put("newer", 4, {at(20), 1}, at(0));
  EXPECT_EQ(table.find("new", at(0)), nullptr);
  EXPECT_NE(table.find("precious", at(0)), nullptr);
}

TEST(BoundedTtlMap, ReplacesWithoutEvictingAnother) {
  Table table(2);
  table.put("a", 1, {at(10)}, at(0));
  table.put("b", 2, {at(20)}, at(0));
  table.put("b", 3, {at(5)}, at(0));
  EXPECT_EQ(*table.find("a", at(0)), 1);
  EXPECT_EQ(*table.find("b", at(0)), 3);
  table.put("c", 4, {at(30)}, at(0));
  EXPECT_EQ(table.find("b", at(0)), nullptr);
}

TEST(BoundedTtlMap, RemovesExpiredEntriesGradually) {
  Table table(100);
  for (int i = 0; i < 50; ++i) table.put(std::to_string(i), i, {at(i)}, at(0));
  for (int i = 100; i < 120; ++i) table.put(std::to_string(i), i, {at(1000)}, at(500));
  EXPECT_EQ(table.size(), 20U);
}

}  // namespace
}  // namespace ptkl::app

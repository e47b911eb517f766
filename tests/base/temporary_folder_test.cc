#include "base/temporary_folder.h"

#include <filesystem>
#include <fstream>
#include <utility>

#include <gtest/gtest.h>

namespace ptkl {
namespace {

namespace fs = std::filesystem;

TEST(TemporaryFolder, IsForItsOwnerOnlyAndRemovedWithItsContent) {
  fs::path path;
  {
    auto folder = TemporaryFolder::create(fs::temp_directory_path(), "ptkl-test-");
    ASSERT_TRUE(folder);
    path = folder->path();
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
    std::ofstream(path / "content") << "x";
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(TemporaryFolder, StaysWhenTheObjectMoves) {
  auto folder = TemporaryFolder::create(fs::temp_directory_path(), "ptkl-test-");
  ASSERT_TRUE(folder);
  const TemporaryFolder moved = std::move(*folder);
  EXPECT_TRUE(fs::exists(moved.path()));
}

TEST(TemporaryFolder, CannotBeCreatedInAMissingFolder) {
  const auto folder = TemporaryFolder::create("/nonexistent", "ptkl-test-");
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, ErrorCode::internal);
}

}  // namespace
}  // namespace ptkl

#include "process/files.h"

#include <cerrno>
#include <filesystem>

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace ptkl::process {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  fs::path write(const std::string& name) {
    fs::path file = folder.path() / name;
    testing::write_file(file, name);
    return file;
  }

  testing::TemporaryFolder folder;
};

TEST_F(Files, AreRenamedToANewName) {
  const fs::path from = write("from");
  EXPECT_TRUE(rename_no_replace(from, folder.path() / "to"));
  EXPECT_FALSE(entry_exists(from));
  EXPECT_EQ(testing::read_file(folder.path() / "to"), "from");
}

TEST_F(Files, AreNotReplacedByARename) {
  const fs::path from = write("from");
  const fs::path to = write("to");
  EXPECT_FALSE(rename_no_replace(from, to));
  EXPECT_EQ(errno, EEXIST);
  EXPECT_EQ(testing::read_file(from), "from");
  EXPECT_EQ(testing::read_file(to), "to");
}

TEST_F(Files, ExistAsALinkThatLeadsNowhere) {
  fs::create_symlink("nowhere", folder.path() / "link");
  EXPECT_TRUE(entry_exists(folder.path() / "link"));
  EXPECT_FALSE(entry_exists(folder.path() / "nowhere"));
}

TEST_F(Files, AreRemovedOnFailureInReverseOrder) {
  const fs::path created = folder.path() / "created";
  fs::create_directory(created);
  testing::write_file(created / "key", "");
  {
    CleanupOnFailure cleanup;
    cleanup.add(created);
    cleanup.add(created / "key");
  }
  EXPECT_FALSE(entry_exists(created));
}

TEST_F(Files, AreKeptOnSuccessAndInAFolderThatOthersUse) {
  const fs::path kept = write("kept");
  {
    CleanupOnFailure cleanup;
    cleanup.add(kept);
    cleanup.keep();
  }
  {
    CleanupOnFailure cleanup;
    cleanup.add(folder.path());
  }
  EXPECT_TRUE(entry_exists(kept));
}

}  // namespace
}  // namespace ptkl::process

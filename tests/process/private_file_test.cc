#include "process/private_file.h"

#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "support/file_size_limit.h"
#include "support/temporary_folder.h"
#include "support/unlisted_folder.h"

namespace ptkl::process {
namespace {

namespace fs = std::filesystem;
using testing::count_files;
using testing::mode_of;
using testing::read_file;
using testing::TemporaryFolder;
using testing::write_file;

constexpr std::size_t kReserved = 4096;

TEST(PrivateFile, RefusesTargetsThatCannotBeWritten) {
  const TemporaryFolder folder;
  write_file(folder.path() / "file", "x");
  fs::create_directory(folder.path() / "folder");
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  const fs::path rows[] = {folder.path() / "missing" / "a",
                           folder.path() / "file" / "a",
                           folder.path() / "folder",
                           folder.path() / "pipe",
                           "/proc/a",
                           "/dev/full",
                           "/dev/null"};
  for (const fs::path& target : rows) {
    SCOPED_TRACE(target);
    const auto file = PrivateFile::open(target, kReserved);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, ErrorCode::internal);
  }
  EXPECT_EQ(count_files(folder.path()), 3U);
}

TEST(PrivateFile, AppearsCompleteWithItsMode) {
  const TemporaryFolder folder;
  const fs::path target = folder.path() / "a";
  auto file = PrivateFile::open(target, kReserved);
  ASSERT_TRUE(file);
  EXPECT_FALSE(fs::exists(target));
  ASSERT_TRUE((*file)->commit("content"));
  file->reset();
  EXPECT_EQ(read_file(target), "content");
  EXPECT_EQ(mode_of(target), 0600U);
  EXPECT_EQ(count_files(folder.path()), 1U);
}

TEST(PrivateFile, AppearsOnlyWhenCommitted) {
  const TemporaryFolder folder;
  const fs::path target = folder.path() / "a";
  auto file = PrivateFile::open(target, kReserved);
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->write("one "));
  ASSERT_TRUE((*file)->write("two"));
  EXPECT_FALSE(fs::exists(target));
  ASSERT_TRUE((*file)->commit());
  EXPECT_EQ(read_file(target), "one two");
}

TEST(PrivateFile, LeavesNothingWithoutACommit) {
  const TemporaryFolder folder;
  write_file(folder.path() / "a", "old");
  { const auto file = PrivateFile::open(folder.path() / "a", kReserved); }
  EXPECT_EQ(read_file(folder.path() / "a"), "old");
  EXPECT_EQ(count_files(folder.path()), 1U);
}

TEST(PrivateFile, TightensTheModeOfAReplacedFile) {
  const TemporaryFolder folder;
  write_file(folder.path() / "a", "old");
  fs::permissions(folder.path() / "a", fs::perms(0644));
  ASSERT_TRUE((*PrivateFile::open(folder.path() / "a", 0))->commit("new"));
  EXPECT_EQ(mode_of(folder.path() / "a"), 0600U);
}

TEST(PrivateFile, KeepsALinkAndReplacesItsTarget) {
  const TemporaryFolder folder;
  write_file(folder.path() / "a", "old");
  fs::create_symlink("a", folder.path() / "link");
  ASSERT_TRUE((*PrivateFile::open(folder.path() / "link", 0))->commit("new"));
  EXPECT_TRUE(fs::is_symlink(folder.path() / "link"));
  EXPECT_EQ(read_file(folder.path() / "a"), "new");
}

TEST(PrivateFile, WritesMoreThanWasReserved) {
  const TemporaryFolder folder;
  const std::string content(3 * kReserved, 'x');
  ASSERT_TRUE((*PrivateFile::open(folder.path() / "a", kReserved))->commit(content));
  EXPECT_EQ(read_file(folder.path() / "a"), content);
}

TEST(PrivateFile, ReportsAFullDiskBeforeWriting) {
  const TemporaryFolder folder;
  const testing::FileSizeLimit limit(kReserved - 1);
  const auto file = PrivateFile::open(folder.path() / "a", kReserved);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::internal);
  EXPECT_EQ(count_files(folder.path()), 0U);
}

TEST(PrivateFile, MayBeOpenTogetherWithOthers) {
  const TemporaryFolder folder;
  const auto first = PrivateFile::open(folder.path() / "a", kReserved);
  const auto second = PrivateFile::open(folder.path() / "b", kReserved);
  ASSERT_TRUE(first && second);
  ASSERT_TRUE((*second)->commit("b"));
  ASSERT_TRUE((*first)->commit("a"));
  EXPECT_EQ(read_file(folder.path() / "a"), "a");
  EXPECT_EQ(read_file(folder.path() / "b"), "b");
}

TEST(PrivateFile, KeepsAFileThatAppearsMeanwhileAndIsStoredBesideIt) {
  const TemporaryFolder folder;
  const fs::path target = folder.path() / "a";
  auto file = PrivateFile::open(target, kReserved, IfThere::refuse);
  ASSERT_TRUE(file);
  write_file(target, "other");
  write_file(folder.path() / "a.1", "other");
  fs::create_symlink(folder.path() / "missing", folder.path() / "a.2");
  const auto committed = (*file)->commit("content");
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, ErrorCode::conflict);
  EXPECT_EQ(read_file(target), "other");
  const auto beside = (*file)->commit_beside();
  ASSERT_TRUE(beside);
  EXPECT_EQ(*beside, folder.path() / "a.3");
  file->reset();
  EXPECT_EQ(read_file(folder.path() / "a.3"), "content");
  EXPECT_EQ(mode_of(folder.path() / "a.3"), 0600U);
  EXPECT_EQ(read_file(folder.path() / "a.1"), "other");
  EXPECT_FALSE(fs::exists(folder.path() / "missing"));
  EXPECT_EQ(count_files(folder.path()), 4U);
}

TEST(PrivateFile, ReportsWhereTheContentIsWhenItsNameIsNotDurable) {
  const TemporaryFolder folder;
  const testing::UnlistedFolder unlisted(folder.path());
  ASSERT_TRUE(unlisted.is_unlisted());
  const fs::path target = folder.path() / "a";
  auto file = PrivateFile::open(target, 0, IfThere::refuse);
  ASSERT_TRUE(file);
  EXPECT_FALSE((*file)->place());
  const auto committed = (*file)->commit("content");
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, ErrorCode::internal);
  EXPECT_EQ(committed.error().message.find("the content is in " + target.string() +
                                           ", but may not survive a power failure: cannot sync "),
            0U);
  EXPECT_EQ((*file)->place(), target);
  file->reset();
  EXPECT_EQ(read_file(target), "content");
}

TEST(PrivateFile, ReportsWhichOtherFileHasTheContentWhenItsNameIsNotDurable) {
  const TemporaryFolder folder;
  const testing::UnlistedFolder unlisted(folder.path());
  ASSERT_TRUE(unlisted.is_unlisted());
  auto file = PrivateFile::open(folder.path() / "a", 0, IfThere::refuse);
  ASSERT_TRUE(file);
  write_file(folder.path() / "a", "other");
  ASSERT_FALSE((*file)->commit("content"));
  EXPECT_FALSE((*file)->place()) << "it is nowhere yet";
  ASSERT_FALSE((*file)->commit_beside());
  EXPECT_EQ((*file)->place(), folder.path() / "a.1");
  file->reset();
  EXPECT_EQ(read_file(folder.path() / "a.1"), "content");
}

TEST(PrivateFile, DistinguishesAnExistingFileFromOtherKinds) {
  const TemporaryFolder folder;
  write_file(folder.path() / "file", "x");
  fs::create_symlink(folder.path() / "missing", folder.path() / "link");
  for (const char* name : {"file", "link"}) {
    const auto refused = PrivateFile::open(folder.path() / name, kReserved, IfThere::refuse);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  }
  const auto refused = PrivateFile::open(folder.path(), kReserved, IfThere::refuse);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::internal);
}

class ReadPrivateFile : public ::testing::Test {
 protected:
  ReadPrivateFile() {
    write_file(file, "secret");
    EXPECT_EQ(::chmod(file.c_str(), 0600), 0);
  }
  ErrorCode refusal(ReadableBy who_may_read = ReadableBy::owner_only) const {
    const auto text = read_private_file(file, who_may_read);
    EXPECT_FALSE(text);
    return text ? ErrorCode::internal : text.error().code;
  }

  TemporaryFolder folder;
  fs::path file = folder.path() / "a";
};

TEST_F(ReadPrivateFile, RefusesFilesThatOthersMayRead) {
  for (const mode_t mode : {0640U, 0604U, 0660U}) {
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    EXPECT_EQ(refusal(), ErrorCode::permission_denied);
    EXPECT_TRUE(read_private_file(file, ReadableBy::anyone));
  }
}

TEST_F(ReadPrivateFile, RefusesFilesOfAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_EQ(::chown(file.c_str(), 65'534, static_cast<gid_t>(-1)), 0);
  EXPECT_EQ(refusal(), ErrorCode::permission_denied);
  EXPECT_TRUE(read_private_file(file, ReadableBy::anyone));
}

TEST_F(ReadPrivateFile, RefusesMissingAndTooLargeFiles) {
  write_file(file, std::string(kMaxPrivateFileBytes + 1, 'x'));
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
  fs::remove(file);
  EXPECT_EQ(refusal(), ErrorCode::not_found);
}

TEST_F(ReadPrivateFile, RefusesDirectories) {
  for (const ReadableBy who : {ReadableBy::owner_only, ReadableBy::anyone}) {
    const auto text = read_private_file(folder.path(), who);
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(text.error().message, folder.path().string() + " is a directory");
  }
}

TEST_F(ReadPrivateFile, RefusesDevices) {
  const auto text = read_private_file("/dev/null", ReadableBy::owner_only);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(text.error().message, "/dev/null is not a regular file") << "and not to chmod it";
  const auto nothing = read_private_file("/dev/null", ReadableBy::anyone);
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->empty());
}

TEST_F(ReadPrivateFile, StopsReadingAtItsLimit) {
  const auto text = read_private_file("/dev/zero", ReadableBy::anyone);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::invalid_argument);
}

TEST_F(ReadPrivateFile, ReadsLargerFilesWhenAllowed) {
  const std::string content(100'000, 'x');
  write_file(file, content);
  const auto text = read_private_file(file, ReadableBy::owner_only, content.size());
  ASSERT_TRUE(text);
  EXPECT_EQ(text->reveal(), content);
  EXPECT_FALSE(read_private_file(file, ReadableBy::owner_only, content.size() - 1));
}

TEST_F(ReadPrivateFile, ReadsAPipeCompletely) {
  const fs::path pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::string content(10'000, 'x');
  std::thread writer([&] { write_file(pipe, content); });
  const auto text = read_private_file(pipe, ReadableBy::owner_only, content.size());
  writer.join();
  ASSERT_TRUE(text);
  EXPECT_EQ(text->reveal(), content);
}

TEST_F(ReadPrivateFile, ReadsTheWholeFile) {
  EXPECT_EQ(read_private_file(file, ReadableBy::owner_only)->reveal(), "secret");
  const std::string longest(kMaxPrivateFileBytes, 'x');
  write_file(file, longest);
  EXPECT_EQ(read_private_file(file, ReadableBy::owner_only)->reveal(), longest);
}

TEST(SyncFolder, FailsWithoutAFolder) {
  EXPECT_FALSE(sync_folder("/nonexistent"));
  EXPECT_TRUE(sync_folder("."));
}

}  // namespace
}  // namespace ptkl::process

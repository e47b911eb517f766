// The profiles as stored in their file.
#include "cli/client/profile_store.h"

#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace ptkl::cli {
namespace {

namespace fs = std::filesystem;
using ptkl::testing::mode_of;
using ptkl::testing::read_file;
using ptkl::testing::TemporaryFolder;
using ptkl::testing::write_file;
using ::testing::HasSubstr;

class ProfilesTest : public ::testing::Test {
 protected:
  fs::path file() const { return folder_.path() / "new" / "config" / "profiles.json"; }

  Result<void> add(const std::string& name) const {
    return store_.update([&](Profiles& profiles) -> Result<void> {
      profiles.by_name.emplace(
          name, Profile{"https://h", "acme", "ci-bot", SecretString(std::string_view("token")),
                        Timestamp(std::chrono::seconds(1'767'600'000))});
      profiles.active = name;
      return {};
    });
  }

  TemporaryFolder folder_;
  ProfileStore store_{folder_.path() / "new" / "config"};
};

TEST_F(ProfilesTest, AreEmptyWithoutAFile) {
  const auto profiles = store_.load();
  ASSERT_TRUE(profiles);
  EXPECT_TRUE(profiles->by_name.empty());
  EXPECT_EQ(profiles->active, "");
  EXPECT_FALSE(fs::exists(file()));
}

TEST_F(ProfilesTest, CannotBeReadFromAnInvalidFileWhichIsKept) {
  ASSERT_TRUE(add("a"));
  for (const char* text :
       {"", "{", "[]", "{}", R"({"profiles": []})", R"({"profiles": {"a": 1}})",
        R"({"profiles": {"a": {}}})", R"({"profiles": {"a": {"host": 1, "project": "b"}}})",
        R"({"profiles": {"a": {"host": "h", "project": "b", "expires_at": "soon"}}})",
        R"({"profiles": {}, "profiles": {}})"}) {
    SCOPED_TRACE(text);
    write_file(file(), text);
    ASSERT_FALSE(store_.load());
    EXPECT_EQ(store_.load().error().code, ErrorCode::internal);
    EXPECT_THAT(store_.load().error().message, HasSubstr(file().string()));
    EXPECT_FALSE(add("b"));
    EXPECT_EQ(read_file(file()), text);
  }
}

TEST_F(ProfilesTest, CannotBeReadFromADirectoryADeviceOrAnEndlessFile) {
  fs::create_directories(file());
  EXPECT_EQ(store_.load().error().code, ErrorCode::internal);
  EXPECT_THAT(store_.load().error().message, HasSubstr(file().string() + " is a directory"));
  EXPECT_FALSE(add("b"));
  EXPECT_TRUE(fs::is_directory(file()));
  for (const char* device : {"/dev/null", "/dev/zero"}) {
    SCOPED_TRACE(device);
    fs::remove(file());
    fs::create_symlink(device, file());
    ASSERT_FALSE(store_.load());
    EXPECT_EQ(store_.load().error().code, ErrorCode::internal);
  }
}

TEST_F(ProfilesTest, AreRejectedWithoutWaitingIfTheFileIsAPipe) {
  fs::create_directories(file().parent_path());
  ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
  const auto profiles = store_.load();
  ASSERT_FALSE(profiles);
  EXPECT_EQ(profiles.error().code, ErrorCode::internal);
  EXPECT_EQ(profiles.error().message,
            file().string() + " is not a regular file; remove it and log in again");
  EXPECT_FALSE(add("b"));
  EXPECT_TRUE(fs::is_fifo(file()));
}

TEST_F(ProfilesTest, CannotBeReadByAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  ASSERT_TRUE(add("a"));
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t kOtherUser = 65'534;
    if (::setresuid(kOtherUser, kOtherUser, kOtherUser) != 0) ::_exit(2);
    const auto profiles = store_.load();
    ::_exit(!profiles && profiles.error().code == ErrorCode::internal ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(ProfilesTest, LoadsNoProfilesWhenTheFolderIsAFile) {
  write_file(folder_.path() / "file", "x");
  const auto profiles = ProfileStore(folder_.path() / "file").load();
  ASSERT_TRUE(profiles);
  EXPECT_TRUE(profiles->by_name.empty());
}

TEST_F(ProfilesTest, AreStoredWithTheirPermissionsEvenUnderALooseUmask) {
  const mode_t before = ::umask(0);
  const auto added = add("a");
  ::umask(before);
  ASSERT_TRUE(added);
  EXPECT_EQ(mode_of(file()), 0600U);
  EXPECT_EQ(mode_of(file().parent_path()), 0700U);
}

TEST_F(ProfilesTest, AreReadAsTheyWereStored) {
  ASSERT_TRUE(add("work"));
  const auto profiles = store_.load();
  ASSERT_TRUE(profiles);
  EXPECT_EQ(profiles->active, "work");
  const Profile& profile = profiles->by_name.at("work");
  EXPECT_EQ(profile.host, "https://h");
  EXPECT_EQ(profile.project, "acme");
  EXPECT_EQ(profile.username, "ci-bot");
  EXPECT_EQ(profile.token.reveal(), "token");
  EXPECT_EQ(profile.expires_at, Timestamp(std::chrono::seconds(1'767'600'000)));
}

TEST_F(ProfilesTest, AreKeptWhenAChangeFails) {
  ASSERT_TRUE(add("a"));
  const auto updated = store_.update([](Profiles& profiles) -> Result<void> {
    profiles.by_name.clear();
    return failure(ErrorCode::conflict, "no");
  });
  ASSERT_FALSE(updated);
  EXPECT_EQ(store_.load()->by_name.count("a"), 1U);
}

TEST_F(ProfilesTest, CannotBeStoredBelowAFile) {
  write_file(folder_.path() / "file", "x");
  const ProfileStore below(folder_.path() / "file" / "config");
  EXPECT_FALSE(below.update([](Profiles&) -> Result<void> { return {}; }));
}

/// Several processes, because only the main thread of each may write private files.
TEST_F(ProfilesTest, LoseNothingToConcurrentWriters) {
  constexpr int kWriters = 4;
  constexpr int kEach = 10;
  std::vector<pid_t> children;
  for (int writer = 0; writer < kWriters; ++writer) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (int i = 0; i < kEach; ++i) {
        if (!add(fmt::format("p-{}-{}", writer, i))) ::_exit(1);
      }
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(store_.load()->by_name.size(), static_cast<std::size_t>(kWriters * kEach));
}

TEST(ProfileName, RejectsNamesThatAreUnsafeToShowOrType) {
  for (const char* name : {"", "-a", ".a", "a b", "a/b", "ä", "a\n"}) {
    EXPECT_FALSE(check_profile_name(name)) << name;
  }
  EXPECT_FALSE(check_profile_name(std::string(65, 'a')));
  EXPECT_TRUE(check_profile_name("Work_1.eu-west"));
}

}  // namespace
}  // namespace ptkl::cli

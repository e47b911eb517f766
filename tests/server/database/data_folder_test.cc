#include "server/database/data_folder.h"

#include <fstream>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "process/private_file.h"
#include "server/database/initialize.h"
#include "server/database/services.h"
#include "support/temporary_folder.h"
#include "support/test_app.h"

namespace ptkl::server {
namespace {

using testing::code_of;

unsigned mode_of(const std::filesystem::path& file) {
  struct stat status {};
  EXPECT_EQ(::stat(file.c_str(), &status), 0);
  return status.st_mode & 0777U;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t count_files(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}

class DataFolder : public ::testing::Test {
 protected:
  InitialData request() {
    return {data,
            {data / "master.key", MasterKeyFile::Source::file},
            {testing::expect_done(ProjectName::parse("acme")), kDefaultTokenLifetime, {}}};
  }
  Result<void> init() {
    return initialize(request(), sqlite, log,
                      [&](const app::CreatedProject& created) -> Result<void> {
                        secret = std::string(created.secret.text().reveal());
                        return {};
                      });
  }

  testing::TemporaryFolder folder;
  std::filesystem::path data = folder.path() / "data";
  testing::RecordingLogger log;
  DatabaseConfig sqlite;
  std::string secret;
};

TEST_F(DataFolder, IsCreatedForItsOwnerOnly) {
  ASSERT_TRUE(init());
  EXPECT_EQ(mode_of(data), 0700U);
  EXPECT_EQ(mode_of(data / "master.key"), 0600U);
  EXPECT_EQ(mode_of(data / "ptkl.db"), 0600U);
  EXPECT_EQ(count_files(data), 2U);
  EXPECT_THAT(content_of(data / "ptkl.db"), ::testing::Not(::testing::HasSubstr(secret)));
}

TEST_F(DataFolder, IsNotCreatedTwice) {
  ASSERT_TRUE(init());
  const std::string before = content_of(data / "ptkl.db");
  EXPECT_EQ(code_of(init()), ErrorCode::conflict);
  EXPECT_EQ(content_of(data / "ptkl.db"), before);
}

TEST_F(DataFolder, IsRemovedWhenTheSecretCannotBePrinted) {
  const auto done =
      initialize(request(), sqlite, log, [](const app::CreatedProject&) -> Result<void> {
        return failure(ErrorCode::internal, "the pipe is closed");
      });
  EXPECT_EQ(code_of(done), ErrorCode::internal);
  EXPECT_FALSE(std::filesystem::exists(data));
}

TEST_F(DataFolder, LeavesAnExistingFolderUnchanged) {
  std::filesystem::create_directory(data);
  std::ofstream(data / "mine") << "x";
  const auto done =
      initialize(request(), sqlite, log, [](const app::CreatedProject&) -> Result<void> {
        return failure(ErrorCode::internal, "no");
      });
  EXPECT_FALSE(done);
  EXPECT_EQ(count_files(data), 1U);
}

TEST_F(DataFolder, IsCreatedByOneRunAtATime) {
  const auto done =
      initialize(request(), sqlite, log, [&](const app::CreatedProject&) -> Result<void> {
        const auto second = init();
        EXPECT_EQ(code_of(second), ErrorCode::conflict);
        return {};
      });
  ASSERT_TRUE(done);
  EXPECT_EQ(secret, "");
  EXPECT_EQ(count_files(data), 2U);
  const auto key = read_master_key(request().master_key);
  ASSERT_TRUE(key);
  EXPECT_TRUE(open_sqlite_services(data / "ptkl.db", *key, log));
}

TEST_F(DataFolder, IsCreatedByOneRunAtATimePerMasterKey) {
  InitialData other = request();
  other.data = folder.path() / "other";
  const auto done = initialize(request(), sqlite, log, [&](const app::CreatedProject&) {
    const auto second = initialize(other, sqlite, log,
                                   [](const app::CreatedProject&) -> Result<void> { return {}; });
    EXPECT_EQ(code_of(second), ErrorCode::conflict);
    return Result<void>(failure(ErrorCode::internal, "no"));
  });
  EXPECT_FALSE(done);
  EXPECT_FALSE(std::filesystem::exists(data));
  EXPECT_FALSE(std::filesystem::exists(other.data));
}

TEST_F(DataFolder, KeepsFilesThatOthersHaveCreated) {
  const auto done =
      initialize(request(), sqlite, log, [&](const app::CreatedProject&) -> Result<void> {
        std::ofstream(data / "theirs") << "x";
        return failure(ErrorCode::internal, "no");
      });
  EXPECT_FALSE(done);
  EXPECT_EQ(count_files(data), 1U);
  EXPECT_EQ(content_of(data / "theirs"), "x");
}

TEST_F(DataFolder, KeepsTheMasterKeyWhenADatabaseHasAppeared) {
  const auto done =
      initialize(request(), sqlite, log, [&](const app::CreatedProject&) -> Result<void> {
        std::ofstream(data / "ptkl.db") << "restored meanwhile";
        return {};
      });
  EXPECT_EQ(code_of(done), ErrorCode::conflict);
  EXPECT_EQ(content_of(data / "ptkl.db"), "restored meanwhile");
  EXPECT_TRUE(read_master_key(request().master_key));
}

TEST_F(DataFolder, IsNotCreatedInAMissingFolderOrAsAFile) {
  data = folder.path() / "missing" / "data";
  EXPECT_FALSE(init());
  data = folder.path() / "file";
  std::ofstream(data) << "x";
  EXPECT_FALSE(init());
  EXPECT_EQ(content_of(data), "x");
}

TEST_F(DataFolder, UsesAnExistingMasterKey) {
  std::filesystem::create_directory(data);
  auto file = process::PrivateFile::open(data / "master.key", 0);
  ASSERT_TRUE(file);
  const auto key = crypto::MasterKey::make();
  ASSERT_TRUE((*file)->commit(key.text().reveal()));
  ASSERT_TRUE(init());
  EXPECT_EQ(content_of(data / "master.key"), key.text().reveal());
}

TEST_F(DataFolder, RejectsAMasterKeyThatOthersCanRead) {
  ASSERT_TRUE(init());
  const MasterKeyFile file{data / "master.key", MasterKeyFile::Source::file};
  EXPECT_TRUE(read_master_key(file));
  for (const mode_t mode : {0640U, 0604U, 0660U}) {
    ASSERT_EQ(::chmod(file.path.c_str(), mode), 0);
    EXPECT_EQ(code_of(read_master_key(file)), ErrorCode::permission_denied);
  }
}

TEST_F(DataFolder, RejectsAnInvalidMasterKey) {
  const auto path = folder.path() / "key";
  const MasterKeyFile file{path, MasterKeyFile::Source::systemd_credential};
  EXPECT_EQ(code_of(read_master_key(file)), ErrorCode::not_found);
  for (const std::string& text : {std::string(), std::string("short"), std::string(5000, 'A')}) {
    std::ofstream(path, std::ios::trunc) << text;
    EXPECT_EQ(code_of(read_master_key(file)), ErrorCode::invalid_argument);
  }
}

TEST_F(DataFolder, FindsTheMasterKeyInTheConfiguredPlace) {
  Config config;
  config.data = data;
  EXPECT_EQ(find_master_key_file(config, "").path, data / "master.key");
  EXPECT_EQ(find_master_key_file(config, folder.path()).path, data / "master.key");
  std::ofstream(folder.path() / "master.key") << "x";
  EXPECT_EQ(find_master_key_file(config, folder.path()).path, folder.path() / "master.key");
  config.master_key_file = "/elsewhere";
  EXPECT_EQ(find_master_key_file(config, folder.path()).path, "/elsewhere");
}

TEST_F(DataFolder, IsRequiredUnlessDatabaseAndKeyAreInOtherPlaces) {
  const MasterKeyFile elsewhere{"/elsewhere", MasterKeyFile::Source::file};
  Config config;
  EXPECT_EQ(code_of(require_data_folder(config, elsewhere)), ErrorCode::invalid_argument);
  config.database.url = SecretString(std::string_view("postgresql://db.example.org/ptkl"));
  EXPECT_EQ(code_of(require_data_folder(config, find_master_key_file(config, ""))),
            ErrorCode::invalid_argument);
  EXPECT_TRUE(require_data_folder(config, elsewhere));
  config.data = data;
  EXPECT_TRUE(require_data_folder(config, find_master_key_file(config, "")));
  EXPECT_TRUE(require_database(config, find_master_key_file(config, "")));
}

}  // namespace
}  // namespace ptkl::server

#include "server/database/data_folder.h"

#include <fstream>
#include <future>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "app/projects/projects.h"
#include "process/private_file.h"
#include "server/database/initialize.h"
#include "server/database/services.h"
#include "server/monitoring/readiness.h"
#include "storage/temporary_folder.h"
#include "support/store_decorators.h"
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
  InitialData wanted() {
    return {data,
            {data / "master.key", MasterKeyFile::Source::file},
            {testing::expect_done(ProjectName::parse("acme")), kDefaultTokenLifetime, {}}};
  }
  Result<void> init() {
    return initialize(wanted(), sqlite, log,
                      [&](const app::CreatedProject& created) -> Result<void> {
                        secret = std::string(created.secret.text().reveal());
                        return {};
                      });
  }

  storage::TemporaryFolder folder;
  std::filesystem::path data = folder.path() / "data";
  testing::RecordingLogger log;
  DatabaseConfig sqlite;
  std::string secret;
};

TEST_F(DataFolder, IsMadeForItsOwnerOnly) {
  ASSERT_TRUE(init());
  EXPECT_EQ(mode_of(data), 0700U);
  EXPECT_EQ(mode_of(data / "master.key"), 0600U);
  EXPECT_EQ(mode_of(data / "ptkl.db"), 0600U);
  EXPECT_EQ(count_files(data), 2U);
  EXPECT_THAT(content_of(data / "ptkl.db"), ::testing::Not(::testing::HasSubstr(secret)));
}

TEST_F(DataFolder, IsNeverMadeTwice) {
  ASSERT_TRUE(init());
  const std::string before = content_of(data / "ptkl.db");
  EXPECT_EQ(code_of(init()), ErrorCode::conflict);
  EXPECT_EQ(content_of(data / "ptkl.db"), before);
}

TEST_F(DataFolder, LeavesNothingWhenTheSecretCouldNotBeShown) {
  const auto done =
      initialize(wanted(), sqlite, log, [](const app::CreatedProject&) -> Result<void> {
        return failure(ErrorCode::internal, "the pipe is closed");
      });
  EXPECT_EQ(code_of(done), ErrorCode::internal);
  EXPECT_FALSE(std::filesystem::exists(data));
}

TEST_F(DataFolder, LeavesAFolderThatWasThereAsItWas) {
  std::filesystem::create_directory(data);
  std::ofstream(data / "mine") << "x";
  const auto done =
      initialize(wanted(), sqlite, log, [](const app::CreatedProject&) -> Result<void> {
        return failure(ErrorCode::internal, "no");
      });
  EXPECT_FALSE(done);
  EXPECT_EQ(count_files(data), 1U);
}

TEST_F(DataFolder, IsMadeByOneAtATime) {
  const auto done =
      initialize(wanted(), sqlite, log, [&](const app::CreatedProject&) -> Result<void> {
        const auto second = init();
        EXPECT_EQ(code_of(second), ErrorCode::conflict);
        return {};
      });
  ASSERT_TRUE(done);
  EXPECT_EQ(secret, "");
  EXPECT_EQ(count_files(data), 2U);
  const auto key = read_master_key(wanted().master_key);
  ASSERT_TRUE(key);
  EXPECT_TRUE(open_sqlite_services(data / "ptkl.db", *key, log));
}

TEST_F(DataFolder, IsMadeByOneAtATimeWithTheSameMasterKey) {
  InitialData other = wanted();
  other.data = folder.path() / "other";
  const auto done = initialize(wanted(), sqlite, log, [&](const app::CreatedProject&) {
    const auto second = initialize(other, sqlite, log,
                                   [](const app::CreatedProject&) -> Result<void> { return {}; });
    EXPECT_EQ(code_of(second), ErrorCode::conflict);
    return Result<void>(failure(ErrorCode::internal, "no"));
  });
  EXPECT_FALSE(done);
  EXPECT_FALSE(std::filesystem::exists(data));
  EXPECT_FALSE(std::filesystem::exists(other.data));
}

TEST_F(DataFolder, KeepsWhatOthersHavePutThereMeanwhile) {
  const auto done =
      initialize(wanted(), sqlite, log, [&](const app::CreatedProject&) -> Result<void> {
        std::ofstream(data / "theirs") << "x";
        return failure(ErrorCode::internal, "no");
      });
  EXPECT_FALSE(done);
  EXPECT_EQ(count_files(data), 1U);
  EXPECT_EQ(content_of(data / "theirs"), "x");
}

TEST_F(DataFolder, KeepsTheMasterKeyWhenThereIsADatabaseAfterAll) {
  const auto done =
      initialize(wanted(), sqlite, log, [&](const app::CreatedProject&) -> Result<void> {
        std::ofstream(data / "ptkl.db") << "restored meanwhile";
        return {};
      });
  EXPECT_EQ(code_of(done), ErrorCode::conflict);
  EXPECT_EQ(content_of(data / "ptkl.db"), "restored meanwhile");
  EXPECT_TRUE(read_master_key(wanted().master_key));
}

TEST_F(DataFolder, IsRefusedWhereItCannotBe) {
  data = folder.path() / "missing" / "data";
  EXPECT_FALSE(init());
  data = folder.path() / "file";
  std::ofstream(data) << "x";
  EXPECT_FALSE(init());
  EXPECT_EQ(content_of(data), "x");
}

TEST_F(DataFolder, TakesAMasterKeyThatIsThere) {
  std::filesystem::create_directory(data);
  auto file = process::PrivateFile::open(data / "master.key", 0);
  ASSERT_TRUE(file);
  const auto key = crypto::MasterKey::make();
  ASSERT_TRUE((*file)->commit(key.text().reveal()));
  ASSERT_TRUE(init());
  EXPECT_EQ(content_of(data / "master.key"), key.text().reveal());
}

TEST_F(DataFolder, RefusesAMasterKeyThatOthersMayRead) {
  ASSERT_TRUE(init());
  const MasterKeyFile file{data / "master.key", MasterKeyFile::Source::file};
  EXPECT_TRUE(read_master_key(file));
  for (const mode_t mode : {0640U, 0604U, 0660U}) {
    ASSERT_EQ(::chmod(file.path.c_str(), mode), 0);
    EXPECT_EQ(code_of(read_master_key(file)), ErrorCode::permission_denied);
  }
}

TEST_F(DataFolder, RefusesAMasterKeyThatIsNone) {
  const auto path = folder.path() / "key";
  const MasterKeyFile file{path, MasterKeyFile::Source::systemd_credential};
  EXPECT_EQ(code_of(read_master_key(file)), ErrorCode::not_found);
  for (const std::string& text : {std::string(), std::string("short"), std::string(5000, 'A')}) {
    std::ofstream(path, std::ios::trunc) << text;
    EXPECT_EQ(code_of(read_master_key(file)), ErrorCode::invalid_argument);
  }
}

TEST_F(DataFolder, LooksForTheMasterKeyWhereItWasTold) {
  Config config;
  config.data = data;
  EXPECT_EQ(find_master_key_file(config, "").path, data / "master.key");
  EXPECT_EQ(find_master_key_file(config, folder.path()).path, data / "master.key");
  std::ofstream(folder.path() / "master.key") << "x";
  EXPECT_EQ(find_master_key_file(config, folder.path()).path, folder.path() / "master.key");
  config.master_key_file = "/elsewhere";
  EXPECT_EQ(find_master_key_file(config, folder.path()).path, "/elsewhere");
}

TEST_F(DataFolder, IsNeededUnlessBothDatabaseAndKeyAreElsewhere) {
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

TEST_F(DataFolder, OfADatabaseElsewhereIsNotLookedAtToBeReady) {
  testing::TestApp app;
  ASSERT_TRUE(app::bind_master_key(app.context()));
  Readiness good(*app.store, app.clock, {});
  EXPECT_TRUE(good.check());
  testing::FailingStore failing(*app.store, ErrorCode::unavailable);
  Readiness bad(failing, app.clock, {});
  EXPECT_EQ(code_of(bad.check()), ErrorCode::unavailable);
}

TEST_F(DataFolder, IsReadyWhileTheDatabaseIsThere) {
  ASSERT_TRUE(init());
  testing::TestApp app;
  ASSERT_TRUE(app::bind_master_key(app.context()));
  Readiness readiness(*app.store, app.clock, data);
  EXPECT_TRUE(readiness.check());
  EXPECT_EQ(count_files(data), 2U);
  std::filesystem::remove(data / "ptkl.db");
  EXPECT_TRUE(readiness.check()) << "an answer holds for a second";
  app.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(code_of(readiness.check()), ErrorCode::unavailable);
}

TEST_F(DataFolder, IsReadyOnlyWhileChangesComeThrough) {
  ASSERT_TRUE(init());
  testing::TestApp app;
  ASSERT_TRUE(app::bind_master_key(app.context()));
  testing::FullDiskStore full(*app.store);
  EXPECT_EQ(code_of(Readiness(full, app.clock, data).check()), ErrorCode::unavailable);
  testing::FailingStore unknown(*app.store, ErrorCode::outcome_unknown);
  EXPECT_EQ(code_of(Readiness(unknown, app.clock, data).check()), ErrorCode::unavailable);
}

/// Refuses to know of any project.
class BlindTransaction final : public testing::ForwardingTransaction {
 public:
  using ForwardingTransaction::ForwardingTransaction;
  ProjectRepository& projects() override {
    ADD_FAILURE() << "changes of that project have to wait";
    return ForwardingTransaction::projects();
  }
};

/// What changes it, sees no project; and its lookups go ways of their own.
class StoreOfManyDoors final : public Store {
 public:
  explicit StoreOfManyDoors(Store& inner) : inner_(inner) {}

  Result<void> transact(const Body& body) override {
    ++changes;
    return inner_.transact([&](Transaction& transaction) {
      BlindTransaction blind(transaction);
      return body(blind);
    });
  }
  Result<void> read(const Body& body) override { return inner_.read(body); }
  Result<std::optional<VerificationKey>> find_verification_key(const ProjectName&,
                                                               std::string_view) override {
    ++lookups;
    if (are_lookups_lost) return failure(ErrorCode::unavailable, "no session reaches the database");
    return std::nullopt;
  }

  int changes = 0;
  int lookups = 0;
  bool are_lookups_lost = false;

 private:
  Store& inner_;
};

TEST_F(DataFolder, IsReadyWhenLookupsAndChangesComeThroughAndDisturbsNoProject) {
  testing::TestApp app;
  ASSERT_TRUE(app::bind_master_key(app.context()));
  StoreOfManyDoors store(*app.store);
  EXPECT_TRUE(Readiness(store, app.clock, {}).check());
  EXPECT_EQ(store.changes, 1);
  EXPECT_EQ(store.lookups, 1);
}

TEST_F(DataFolder, IsNotReadyWhenNoLookupComesThrough) {
  testing::TestApp app;
  ASSERT_TRUE(app::bind_master_key(app.context()));
  StoreOfManyDoors store(*app.store);
  store.are_lookups_lost = true;
  EXPECT_EQ(code_of(Readiness(store, app.clock, {}).check()), ErrorCode::unavailable);
}

TEST_F(DataFolder, IsNotReadyWhileTheDatabaseDoesNotAnswer) {
  ASSERT_TRUE(init());
  testing::TestApp app;
  ASSERT_TRUE(app::bind_master_key(app.context()));
  std::promise<void> asked;
  std::promise<void> end;
  testing::OvertakenStore hanging(*app.store, [&] {
    asked.set_value();
    end.get_future().wait();
  });
  Readiness readiness(hanging, app.clock, data);
  auto first = std::async(std::launch::async, [&] { return readiness.check(); });
  asked.get_future().wait();
  EXPECT_EQ(code_of(readiness.check()), ErrorCode::unavailable) << "nobody waits for the first";
  end.set_value();
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(readiness.check());
}

}  // namespace
}  // namespace ptkl::server

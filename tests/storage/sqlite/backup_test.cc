#include "storage/sqlite/backup.h"

#include <fstream>
#include <future>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "storage/silent_logger.h"
#include "storage/sql/rows.h"
#include "storage/sql/schema.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/file_lock.h"
#include "support/temporary_folder.h"

namespace ptkl::storage {
namespace {

namespace fs = std::filesystem;

constexpr SqlStatement kAddSetting{"INSERT INTO settings (name, value) VALUES ($1, $2)"};
constexpr SqlStatement kCountSettings{"SELECT COUNT(*) FROM settings"};

class SqliteBackup : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_sqlite(source, log);
    ASSERT_TRUE(opened) << opened.error().message;
    database = std::move(*opened);
    ASSERT_TRUE(migrate(*database, migrations()));
    std::ofstream{copy};
  }

  Result<void> add_settings(std::int64_t first, std::int64_t last) {
    return database->transact([&](SqlConnection& connection) -> Result<void> {
      const std::string value(1000, 'x');
      for (std::int64_t n = first; n <= last; ++n) {
        auto added = execute(connection, kAddSetting, {std::to_string(n), value});
        if (!added) return added;
      }
      return {};
    });
  }

  Result<void> run(const std::string& script) {
    return database->transact(
        [&](SqlConnection& connection) { return connection.run_script(script); });
  }

  std::int64_t count_in_copy() {
    auto connection = SqliteConnection::open(copy, SqliteConnection::Access::at_rest);
    if (!connection) return -1;
    return find_integer(**connection, kCountSettings, {}).value_or(-1);
  }

  static void ignore(std::int64_t, std::int64_t) {}

  SilentLogger log;
  ptkl::testing::TemporaryFolder folder;
  fs::path source = folder.path() / "ptkl.db";
  fs::path copy = folder.path() / "copy? 100%#.db";
  std::unique_ptr<SqlDatabase> database;
};

TEST_F(SqliteBackup, CopiesTheWholeDatabaseIntoOneFile) {
  ASSERT_TRUE(add_settings(1, 2000));
  std::int64_t seen = 0;
  const auto copied = copy_sqlite(source, copy, [&](std::int64_t done, std::int64_t total) {
    EXPECT_LE(done, total);
    seen = done;
  });
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_GT(seen, 400);
  const auto facts = check_sqlite_file(copy);
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->schema_version, newest_schema_version());
  EXPECT_EQ(facts->projects, 0);
  EXPECT_EQ(count_in_copy(), 2000);
  EXPECT_FALSE(fs::exists(copy.string() + "-wal"));
  EXPECT_FALSE(fs::exists(copy.string() + "-journal"));
}

TEST_F(SqliteBackup, HasTheStateOfItsStartDuringConcurrentWrites) {
  ASSERT_TRUE(add_settings(1, 5000));  // more than one step
  std::int64_t written = 5000;
  int steps = 0;
  const auto copied = copy_sqlite(source, copy, [&](std::int64_t, std::int64_t) {
    ++steps;
    ASSERT_TRUE(add_settings(written + 1, written + 10));
    written += 10;
  });
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_GT(steps, 1);
  EXPECT_LT(steps, 5);  // it did not start over
  EXPECT_TRUE(check_sqlite_file(copy));
  EXPECT_EQ(count_in_copy(), 5000);
}

TEST_F(SqliteBackup, RejectsAFileThatIsNotAPtkldDatabase) {
  ptkl::testing::TemporaryFolder other;
  const fs::path file = other.path() / "file";
  struct Row {
    const char* what;
    std::string content;
  };
  for (const Row& row : {Row{"empty", ""}, Row{"a text", std::string(5000, 'a')}}) {
    SCOPED_TRACE(row.what);
    std::ofstream{file} << row.content;
    const auto checked = check_sqlite_file(file);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_argument);
  }
  const auto missing = check_sqlite_file(other.path() / "missing");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::unavailable);
}

TEST_F(SqliteBackup, RejectsADatabaseOfANewerProgram) {
  ASSERT_TRUE(run("INSERT INTO schema_migrations VALUES (9999, 'later')"));
  const auto copied = copy_sqlite(source, copy, ignore);
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, ErrorCode::invalid_argument);
}

TEST_F(SqliteBackup, FindsDamageAnywhereInTheFile) {
  ASSERT_TRUE(add_settings(1, 500));
  ASSERT_TRUE(copy_sqlite(source, copy, ignore));
  const auto size = fs::file_size(copy);
  fs::resize_file(copy, size - 8192);
  EXPECT_EQ(check_sqlite_file(copy).error().code, ErrorCode::invalid_argument);

  ASSERT_EQ(std::ofstream(copy, std::ios::trunc).tellp(), 0);
  ASSERT_TRUE(copy_sqlite(source, copy, ignore));
  std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(size) - 4096);
  file << std::string(200, '\x7f');
  file.close();
  EXPECT_EQ(check_sqlite_file(copy).error().code, ErrorCode::invalid_argument);
}

TEST_F(SqliteBackup, FindsAReferenceToAMissingRow) {
  auto connection = SqliteConnection::open(source, SqliteConnection::Access::read_write);
  ASSERT_TRUE(connection);
  ASSERT_TRUE((*connection)
                  ->run_script("PRAGMA foreign_keys = OFF;"
                               "INSERT INTO status_slots VALUES ('unknown', 1, 0)"));
  ASSERT_TRUE(copy_sqlite(source, copy, ignore));
  const auto checked = check_sqlite_file(copy);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::invalid_argument);
}

TEST_F(SqliteBackup, ALockFailsWhileAnotherConnectionIsOpen) {
  auto lock = SqliteFileLock::take(source);
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, ErrorCode::conflict);
  database.reset();
  EXPECT_TRUE(SqliteFileLock::take(source));
  EXPECT_EQ(SqliteFileLock::take(folder.path() / "missing").error().code, ErrorCode::not_found);
}

/// Reports when SQLite has opened a file for the next connection of this process, before it reads or
/// locks anything.
class NextSqliteFile {
 public:
  NextSqliteFile() {
    next = &promise_;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&tell));
  }
  NextSqliteFile(const NextSqliteFile&) = delete;
  NextSqliteFile& operator=(const NextSqliteFile&) = delete;
  ~NextSqliteFile() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&tell)); }

  std::future<void> is_open() { return promise_.get_future(); }

 private:
  static int tell(sqlite3*, char**, const sqlite3_api_routines*) {
    if (auto* opened = std::exchange(next, nullptr)) opened->set_value();
    return SQLITE_OK;
  }

  static inline std::promise<void>* next = nullptr;
  std::promise<void> promise_;
};

TEST_F(SqliteBackup, DoesNotOpenADatabaseThatIsReplacedMeanwhile) {
  database.reset();
  auto lock = SqliteFileLock::take(source);
  ASSERT_TRUE(lock);
  NextSqliteFile file;
  auto opening = std::async(std::launch::async, [&] { return open_sqlite(source, log); });
  ASSERT_EQ(file.is_open().wait_for(std::chrono::minutes(1)), std::future_status::ready);
  // The connection waits for the lock.
  fs::rename(source, folder.path() / "old.db");
  fs::copy_file(folder.path() / "old.db", source);
  lock->reset();
  const auto opened = opening.get();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::unavailable);
  EXPECT_THAT(opened.error().message, ::testing::HasSubstr("was replaced while it was opened"));
}

}  // namespace
}  // namespace ptkl::storage

#include "storage/sqlite/database.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <thread>

#include <gtest/gtest.h>

#include "storage/silent_logger.h"
#include "storage/sql/rows.h"
#include "storage/sql/store.h"
#include "storage/sqlite/writer.h"
#include "support/eventually.h"
#include "support/recording_logger.h"
#include "support/temporary_folder.h"

namespace ptkl::storage {
namespace {

unsigned mode_of(const std::filesystem::path& file) {
  struct stat status {};
  EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
  return status.st_mode & 07777;
}

class SqliteDatabaseTest : public ::testing::Test {
 protected:
  std::unique_ptr<SqlDatabase> open() {
    auto database = open_sqlite(file_, log_);
    if (!database) throw std::runtime_error(database.error().message);
    return std::move(*database);
  }

  std::optional<ErrorCode> refusal() {
    auto database = open_sqlite(file_, log_);
    if (database) return std::nullopt;
    return database.error().code;
  }

  /// Creates a database with rows and closes it.
  void fill() {
    auto store = make_sql_store(open());
    ASSERT_TRUE(store);
    ASSERT_TRUE((*store)->transact([](Transaction& transaction) -> Result<void> {
      for (int i = 0; i < 200; ++i) {
        auto added = transaction.settings().insert(std::to_string(i), std::string(200, 'x'));
        if (!added) return added;
      }
      return {};
    }));
  }

  void overwrite(std::streamoff offset, std::size_t size) {
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(offset);
    file << std::string(size, '#');
    ASSERT_TRUE(file.flush());
  }

  SilentLogger log_;
  ptkl::testing::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "ptkl.db";
};

void expect_documented_settings(SqlConnection& connection) {
  const struct {
    SqlStatement statement;
    const char* value;
  } rows[] = {
      {{"PRAGMA synchronous"}, "2"},
      {{"PRAGMA foreign_keys"}, "1"},
      {{"PRAGMA wal_autocheckpoint"}, "0"},
      {{"PRAGMA trusted_schema"}, "0"},
  };
  for (const auto& row : rows) {
    std::string value;
    EXPECT_TRUE(
        connection.run(row.statement, {}, [&](const SqlRow& found) { value = found.text(0); }));
    EXPECT_EQ(value, row.value) << row.statement.text;
  }
}

TEST_F(SqliteDatabaseTest, EveryConnectionHasTheDocumentedSettings) {
  auto database = open();
  const auto check = [](SqlConnection& connection) -> Result<void> {
    expect_documented_settings(connection);
    return {};
  };
  EXPECT_TRUE(database->transact(check));
  EXPECT_TRUE(database->transact([](SqlConnection& connection) -> Result<void> {
    // A property of the file, and so of all connections.
    std::string journal;
    EXPECT_TRUE(connection.run({"PRAGMA journal_mode"}, {},
                               [&](const SqlRow& row) { journal = row.text(0); }));
    EXPECT_EQ(journal, "wal");
    return {};
  }));
  // Nested reads, each with a separate connection.
  EXPECT_TRUE(database->read([&](SqlConnection& outer) -> Result<void> {
    expect_documented_settings(outer);
    return database->read([&](SqlConnection& inner) -> Result<void> {
      EXPECT_NE(&outer, &inner);
      expect_documented_settings(inner);
      return {};
    });
  }));
}

TEST_F(SqliteDatabaseTest, AReadConnectionIsReused) {
  auto database = open();
  std::vector<SqlConnection*> used;
  for (int round = 0; round < 2; ++round) {
    EXPECT_TRUE(database->read([&](SqlConnection& connection) -> Result<void> {
      used.push_back(&connection);
      return {};
    }));
  }
  EXPECT_EQ(used[0], used[1]);
}

TEST_F(SqliteDatabaseTest, OnlyTheOwnerCanReadTheFiles) {
  const mode_t before = ::umask(0);
  std::ofstream(file_).flush();
  EXPECT_EQ(mode_of(file_), 0666U);
  auto store = make_sql_store(open());
  ::umask(before);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    SCOPED_TRACE(suffix);
    EXPECT_EQ(mode_of(file_.string() + suffix), 0600U);
  }
}

TEST_F(SqliteDatabaseTest, ANameWithASpecialMeaningForSqliteIsAFile) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  for (const char* name : {":memory:", "file:x.db?mode=memory"}) {
    SCOPED_TRACE(name);
    file_ = name;
    fill();
    EXPECT_GT(std::filesystem::file_size(name), 0U);
  }
  std::filesystem::current_path(before);
}

TEST_F(SqliteDatabaseTest, ReopeningKeepsTheData) {
  fill();
  auto store = make_sql_store(open());
  ASSERT_TRUE(store);
  EXPECT_TRUE((*store)->read([](Transaction& transaction) -> Result<void> {
    auto found = transaction.settings().find("199");
    EXPECT_EQ(found, std::string(200, 'x'));
    return {};
  }));
}

TEST_F(SqliteDatabaseTest, RejectsAPathThatIsNotAFile) {
  file_ = folder_.path() / "missing" / "ptkl.db";
  EXPECT_EQ(refusal(), ErrorCode::unavailable);
  file_ = folder_.path();
  EXPECT_EQ(refusal(), ErrorCode::unavailable);
}

TEST_F(SqliteDatabaseTest, RejectsAFileThatIsNotADatabaseAndDoesNotChangeIt) {
  const std::string letter(5000, 'a');
  std::ofstream(file_) << letter;
  EXPECT_EQ(refusal(), ErrorCode::internal);
  std::ifstream file(file_);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), letter);
}

TEST_F(SqliteDatabaseTest, RejectsADamagedFile) {
  fill();
  overwrite(110, 3000);
  auto database = open_sqlite(file_, log_);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::internal);
  EXPECT_NE(database.error().message.find(file_.string()), std::string::npos);
}

TEST_F(SqliteDatabaseTest, RejectsATruncatedFile) {
  fill();
  std::filesystem::resize_file(file_, 4096 * 2);
  auto database = open_sqlite(file_, log_);
  auto store = database ? make_sql_store(std::move(*database)) : failure(database.error());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::internal);
}

TEST_F(SqliteDatabaseTest, TwoProcessesMayWriteAlternately) {
  auto first = open();
  auto second = open();
  const auto add = [](SqlConnection& connection) {
    return connection.run_script("INSERT INTO numbers SELECT COUNT(*) FROM numbers");
  };
  ASSERT_TRUE(first->transact([](SqlConnection& connection) {
    return connection.run_script("CREATE TABLE numbers (n BIGINT NOT NULL UNIQUE)");
  }));
  std::thread beside([&] {
    for (int round = 0; round < 50; ++round) EXPECT_TRUE(second->transact(add));
  });
  for (int round = 0; round < 50; ++round) EXPECT_TRUE(first->transact(add));
  beside.join();
  std::int64_t rows = 0;
  EXPECT_TRUE(first->read([&](SqlConnection& connection) -> Result<void> {
    rows = find_integer(connection, {"SELECT COUNT(*) FROM numbers"}, {}).value();
    return {};
  }));
  EXPECT_EQ(rows, 100);
}

TEST_F(SqliteDatabaseTest, TheLogStaysBoundedUnderContinuousWrites) {
  auto database = open();
  ASSERT_TRUE(database->transact([](SqlConnection& connection) {
    return connection.run_script("CREATE TABLE blobs (id BIGINT PRIMARY KEY, data TEXT)");
  }));
  // Far more than the length at which the writer starts a checkpoint; each row fills a page.
  constexpr int kWrites = 4 * kLongLog / 40;
  for (int write = 0; write < kWrites; ++write) {
    ASSERT_TRUE(database->transact([&](SqlConnection& connection) {
      return connection.run_script(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
          " INSERT OR REPLACE INTO blobs SELECT i, hex(randomblob(1900)) FROM n");
    }));
  }
  const auto log_size = std::filesystem::file_size(file_.string() + "-wal");
  EXPECT_LT(log_size, std::uintmax_t{4096 * 3} * std::uintmax_t{kLongLog});
}

/// Transactions can fill the log faster than it can be copied beside them.
TEST_F(SqliteDatabaseTest, TheLogIsShortAgainAfterLargeTransactions) {
  auto database = open();
  ASSERT_TRUE(database->transact([](SqlConnection& connection) {
    return connection.run_script("CREATE TABLE blobs (id INTEGER PRIMARY KEY, data TEXT)");
  }));
  constexpr int kTransactions = 50;
  constexpr int kPages = 3000;
  for (int i = 0; i < kTransactions; ++i) {
    ASSERT_TRUE(database->transact([&](SqlConnection& connection) {
      return connection.run_script(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
          std::to_string(kPages) +
          ") INSERT INTO blobs (data) SELECT hex(randomblob(1900)) FROM n");
    }));
  }
  // Small transactions suffice for that.
  EXPECT_TRUE(testing::eventually([&] {
    EXPECT_TRUE(database->transact([](SqlConnection& connection) {
      return connection.run_script("INSERT INTO blobs (data) VALUES ('small')");
    }));
    const auto log_size = std::filesystem::file_size(file_.string() + "-wal");
    return log_size < std::uintmax_t{4096 * 5} * std::uintmax_t{kLongLog};
  }));
}

/// While a backup reads an old snapshot, the log can only grow. Copying all of it would then delay one change for
/// as long as that takes.
TEST_F(SqliteDatabaseTest, ALogThatALongReaderHasLeftIsNotCopiedByTheWriter) {
  testing::RecordingLogger log;
  auto database = open_sqlite(file_, log).value();
  const auto write = [&](int pages) {
    ASSERT_TRUE(database->transact([&](SqlConnection& connection) {
      return connection.run_script(
          "CREATE TABLE IF NOT EXISTS blobs (id BIGINT PRIMARY KEY, data TEXT);"
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
          std::to_string(pages) +
          ") INSERT OR REPLACE INTO blobs SELECT i, hex(randomblob(1900)) FROM n");
    }));
  };
  const auto log_pages = [&] {
    return static_cast<int>(std::filesystem::file_size(file_.string() + "-wal") / 4096);
  };
  ASSERT_TRUE(database->read([&](SqlConnection& connection) -> Result<void> {
    if (auto snapshot = find_integer(connection, {"SELECT COUNT(*) FROM sqlite_schema"}, {});
        !snapshot) {
      return failed(snapshot);
    }
    while (log_pages() < 3 * kLongLog) write(kLongLog / 10);
    return {};
  }));
  const auto is_copied_concurrently = [&] {
    const auto lines = log.lines();
    return std::any_of(lines.begin(), lines.end(), [](const testing::LogLine& line) {
      return line.message == "SQLite checkpoint" &&
             std::stoi(line.fields.at("copied_pages")) >= 3 * kLongLog - kMaxPagesOfWriter;
    });
  };
  EXPECT_TRUE(testing::eventually([&] {
    write(1);
    return is_copied_concurrently();
  }));
  EXPECT_TRUE(testing::eventually([&] {
    write(1);
    return log_pages() <= kLongLog + kPagesPerCheckpoint;
  })) << "then the log starts again";
}

TEST(SqliteInMemory, LeavesNoFilesAndSharesNothing) {
  SilentLogger log;
  const auto count_folders = [] {
    std::ptrdiff_t folders = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/dev/shm")) {
      if (entry.path().filename().string().starts_with("ptkl-")) ++folders;
    }
    return folders;
  };
  if (!std::filesystem::is_directory("/dev/shm")) GTEST_SKIP() << "no /dev/shm";
  const auto create = [](SqlConnection& connection) {
    return connection.run_script("CREATE TABLE mine (id BIGINT)");
  };
  std::filesystem::path path;
  {
    auto first = open_sqlite_in_memory(log);
    auto second = open_sqlite_in_memory(log);
    ASSERT_TRUE(first && second);
    EXPECT_TRUE((*first)->transact(create));
    EXPECT_TRUE((*second)->transact(create));
    EXPECT_TRUE((*first)->read([&](SqlConnection& connection) -> Result<void> {
      auto done = connection.run({"PRAGMA database_list"}, {},
                                 [&](const SqlRow& row) { path = row.text(2); });
      return done ? Result<void>() : failure(done.error());
    }));
    EXPECT_TRUE(std::filesystem::exists(path));
    EXPECT_GE(count_folders(), 2);
  }
  EXPECT_FALSE(std::filesystem::exists(path.parent_path()));
}

}  // namespace
}  // namespace ptkl::storage

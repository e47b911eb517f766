#include "storage/sqlite/connection.h"

#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace ptkl::storage {
namespace {

using Access = SqliteConnection::Access;

constexpr SqlStatement kInsert{"INSERT INTO things (id, name) VALUES ($1, $2)"};
constexpr SqlStatement kFindName{"SELECT name FROM things WHERE id = $1"};
constexpr SqlStatement kListIds{"SELECT id FROM things ORDER BY id"};

class SqliteConnectionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(file_).flush();
    connection_ = open(Access::read_write);
    ASSERT_TRUE(connection_->run_script(
        "CREATE TABLE things (id BIGINT NOT NULL PRIMARY KEY, name TEXT UNIQUE);"
        "CREATE TABLE parts (thing_id BIGINT REFERENCES things (id), weight BIGINT NOT NULL);"));
  }

  std::unique_ptr<SqliteConnection> open(Access access) {
    auto connection = SqliteConnection::open(file_, access);
    if (!connection) throw std::runtime_error(connection.error().message);
    return std::move(*connection);
  }

  Result<std::int64_t> run(SqlStatement statement, std::initializer_list<SqlParameter> parameters,
                           const SqlConnection::OnRow& on_row = {}) {
    return connection_->run(statement, {parameters.begin(), parameters.size()}, on_row);
  }

  ErrorCode refusal(SqlStatement statement, std::initializer_list<SqlParameter> parameters) {
    auto done = run(statement, parameters);
    return done ? throw std::runtime_error("not refused") : done.error().code;
  }

  ptkl::testing::TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "things.db";
  std::unique_ptr<SqliteConnection> connection_;
};

TEST_F(SqliteConnectionTest, BindsParametersByNumberNotByPosition) {
  constexpr SqlStatement kBackwards{"INSERT INTO things (name, id) VALUES ($2, $1)"};
  ASSERT_TRUE(run(kBackwards, {7, "seven"}));
  std::string name;
  ASSERT_TRUE(run(kFindName, {7}, [&](const SqlRow& row) { name = row.text(0); }));
  EXPECT_EQ(name, "seven");
}

TEST_F(SqliteConnectionTest, AParameterMayOccurSeveralTimes) {
  constexpr SqlStatement kTwice{"SELECT $2, $1, $2"};
  std::vector<std::int64_t> seen;
  ASSERT_TRUE(run(kTwice, {1, 2}, [&](const SqlRow& row) {
    seen = {row.integer(0), row.integer(1), row.integer(2)};
  }));
  EXPECT_EQ(seen, (std::vector<std::int64_t>{2, 1, 2}));
}

TEST_F(SqliteConnectionTest, RejectsTooFewAndTooManyParametersAndOtherNames) {
  EXPECT_EQ(refusal(kInsert, {1}), ErrorCode::internal);
  EXPECT_EQ(refusal(kInsert, {1, "a", "b"}), ErrorCode::internal);
  constexpr SqlStatement kNamed{"SELECT :name"};
  constexpr SqlStatement kGap{"SELECT $1, $3"};
  constexpr SqlStatement kWord{"SELECT $one"};
  EXPECT_EQ(refusal(kNamed, {1}), ErrorCode::internal);
  EXPECT_EQ(refusal(kGap, {1, 2}), ErrorCode::internal);
  EXPECT_EQ(refusal(kWord, {1}), ErrorCode::internal);
}

TEST_F(SqliteConnectionTest, DistinguishesNullFromTheEmptyText) {
  ASSERT_TRUE(run(kInsert, {1, std::monostate()}));
  ASSERT_TRUE(run(kInsert, {2, std::string_view()}));
  std::vector<bool> nulls;
  constexpr SqlStatement kNames{"SELECT name FROM things ORDER BY id"};
  ASSERT_TRUE(run(kNames, {}, [&](const SqlRow& row) {
    nulls.push_back(row.is_null(0));
    EXPECT_EQ(row.text(0), "");
  }));
  EXPECT_EQ(nulls, (std::vector{true, false}));
}

TEST_F(SqliteConnectionTest, KeepsTextWithAZeroInside) {
  using namespace std::string_view_literals;
  ASSERT_TRUE(run(kInsert, {1, "a\0b"sv}));
  std::string name;
  ASSERT_TRUE(run(kFindName, {1}, [&](const SqlRow& row) { name = row.text(0); }));
  EXPECT_EQ(name, "a\0b"sv);
}

TEST_F(SqliteConnectionTest, ReturnsHowManyRowsChanged) {
  constexpr SqlStatement kRename{"UPDATE things SET name = NULL WHERE id > $1"};
  for (std::int64_t id = 1; id <= 3; ++id) ASSERT_EQ(run(kInsert, {id, std::monostate()}), 1);
  EXPECT_EQ(run(kRename, {1}), 2);
  EXPECT_EQ(run(kRename, {9}), 0);
  EXPECT_EQ(run(kListIds, {}), 0);
}

TEST_F(SqliteConnectionTest, MapsSqliteErrorsToCodes) {
  ASSERT_TRUE(run(kInsert, {1, "taken"}));
  const struct {
    const char* what;
    SqlStatement statement;
    ErrorCode code;
  } rows[] = {
      {"unique", {"INSERT INTO things VALUES (2, 'taken')"}, ErrorCode::conflict},
      {"primary key", {"INSERT INTO things VALUES (1, 'free')"}, ErrorCode::conflict},
      {"not null", {"INSERT INTO parts VALUES (1, NULL)"}, ErrorCode::internal},
      {"foreign key", {"INSERT INTO parts VALUES (9, 1)"}, ErrorCode::internal},
      {"no such table", {"SELECT * FROM nothing"}, ErrorCode::internal},
      {"syntax", {"SELEKT 1"}, ErrorCode::internal},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(refusal(row.statement, {}), row.code);
    const auto first = connection_->take_failure();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->code, row.code);
  }
}

TEST_F(SqliteConnectionTest, AFullDatabaseIsUnavailable) {
  ASSERT_FALSE(
      connection_->run_script("PRAGMA max_page_count = 1; CREATE INDEX w ON parts (weight)"));
  EXPECT_EQ(connection_->take_failure().value().code, ErrorCode::unavailable);
  EXPECT_TRUE(run(kInsert, {1, "small"}));
}

TEST_F(SqliteConnectionTest, AnErrorContainsNoValue) {
  ASSERT_TRUE(run(kInsert, {1, "very-private"}));
  auto again = run(kInsert, {2, "very-private"});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message.find("very-private"), std::string::npos);
}

TEST_F(SqliteConnectionTest, AStatementCanRunAgainAfterAnErrorOrAnException) {
  ASSERT_TRUE(run(kInsert, {1, "a"}));
  ASSERT_TRUE(run(kInsert, {2, "b"}));
  EXPECT_EQ(refusal(kInsert, {1, "c"}), ErrorCode::conflict);
  ASSERT_TRUE(run(kInsert, {3, "c"}));
  EXPECT_THROW(static_cast<void>(
                   run(kListIds, {}, [](const SqlRow&) { throw std::runtime_error("thrown"); })),
               std::runtime_error);
  int rows = 0;
  ASSERT_TRUE(run(kListIds, {}, [&](const SqlRow&) { ++rows; }));
  EXPECT_EQ(rows, 3);
}

TEST_F(SqliteConnectionTest, AReadOnlyConnectionRejectsEveryWrite) {
  auto reader = open(Access::read_only);
  constexpr SqlStatement kDelete{"DELETE FROM things"};
  const auto one = SqlParameter(std::int64_t{1});
  for (const SqlStatement statement : {kInsert, kDelete}) {
    auto done = reader->run(statement, {&one, 1}, {});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::internal);
  }
  EXPECT_FALSE(reader->run_script("DELETE FROM things"));
}

TEST_F(SqliteConnectionTest, ACheckpointCopiesTheLogAndReportsItsProgress) {
  ASSERT_TRUE(run(kInsert, {1, "a"}));
  EXPECT_GT(connection_->wal_pages(), 0);
  auto other = open(Access::read_write);
  auto state = other->checkpoint();
  ASSERT_TRUE(state);
  EXPECT_EQ(state->pages, connection_->wal_pages());
  EXPECT_EQ(state->copied, state->pages);
}

}  // namespace
}  // namespace ptkl::storage

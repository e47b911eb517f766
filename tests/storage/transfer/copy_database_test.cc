#include "storage/transfer/copy_database.h"

#include <functional>

#include <gtest/gtest.h>

#include "storage/postgres/database.h"
#include "storage/silent_logger.h"
#include "storage/sql/rows.h"
#include "storage/sql/schema.h"
#include "storage/sql/store.h"
#include "storage/sqlite/database.h"
#include "storage/transfer/raw_rows.h"
#include "storage/transfer/table_catalog.h"
#include "support/postgres_server.h"

namespace ptkl::storage {
namespace {

enum class Kind { sqlite, postgres };

/// An empty database with this program's schema, removed at the end.
class Database {
 public:
  Database(Kind kind, Logger& log) {
    if (kind == Kind::postgres) schema_.emplace();
    auto opened = kind == Kind::postgres
                      ? open_postgres(SecretString(std::string_view(schema_->url())), {}, log)
                      : open_sqlite_in_memory(log);
    EXPECT_TRUE(opened);
    database_ = std::move(*opened);
    EXPECT_TRUE(migrate(*database_, migrations()));
  }
  SqlDatabase& operator*() { return *database_; }
  SqlDatabase* operator->() { return database_.get(); }
  std::unique_ptr<SqlDatabase> take() { return std::move(database_); }

  void run(const std::string& script) {
    auto done = database_->transact(
        [&](SqlConnection& connection) { return connection.run_script(script); });
    EXPECT_TRUE(done) << done.error().message;
  }

 private:
  std::optional<ptkl::testing::PostgresSchema> schema_;
  std::unique_ptr<SqlDatabase> database_;
};

/// The source and the target of a copy.
struct Direction {
  const char* name;
  Kind from;
  Kind to;
};

class CopyDatabase : public ::testing::TestWithParam<Direction> {
 protected:
  void SetUp() override {
    const Direction& way = GetParam();
    if (way.from == Kind::postgres || way.to == Kind::postgres) ptkl::testing::require_postgres();
    if (IsSkipped() || HasFatalFailure()) return;
    from.emplace(way.from, log);
    to.emplace(way.to, log);
    const auto read = read_tables(**from);
    ASSERT_TRUE(read) << read.error().message;
    tables = *read;
    fill();
  }

  /// Rows in every table, with NULLs, empty texts and all kinds of letters; more than one page in some tables.
  void fill() {
    from->run(
        "INSERT INTO settings VALUES ('master_key_check', 'abc');"
        "INSERT INTO projects VALUES ('p', 'acme', 60, '', 9000, 5, 2, 'ES256', 7, 1),"
        " ('q', 'zoo', 61, 'https://a.example', 1, 6, 0, 'EdDSA', 0, 0);"
        "INSERT INTO roles VALUES ('p', 'r', 'owner', '*', '', 100, 1, 5, 5, 1, 0),"
        " ('p', 'R', 'B', '', 'ä ü', 0, 1, 5, 5, 0, 0);"
        "INSERT INTO signing_keys VALUES ('p', 'k', 'ES256', 'w', '{}', 1, 5, NULL, 5, NULL);"
        "INSERT INTO audit_heads VALUES ('p', 1, 1, '', 'h', 'https://id', 7, 'jws');"
        "INSERT INTO users VALUES ('p', 'u', 'a@example.com', '', 1, 5, 5, 'hash', 'user', NULL, 9,"
        " NULL, '');"
        "INSERT INTO user_roles VALUES ('p', 'u', 'r', NULL);"
        "INSERT INTO rights_changes VALUES ('p', 7, 'r', 'owner', 5, 300, 200, 'b', '', 's');");
    ASSERT_TRUE(
        (*from)->transact([this](SqlConnection& connection) { return fill_pages(connection); }));
  }

  const Table& table(std::string_view name) const {
    std::size_t number = 0;
    while (tables[number].name != name) ++number;
    return tables[number];
  }

  Result<void> fill_pages(SqlConnection& connection) {
    std::vector<StoredRow> slots;
    std::vector<StoredRow> users;
    std::vector<StoredRow> roles;
    std::vector<StoredRow> secrets;
    std::vector<StoredRow> events;
    std::vector<StoredRow> revoked;
    const StoredValue null;
    const std::string p = "p";
    const auto text = [](const char* words) { return std::string(words); };
    for (std::int64_t n = 0; n < 4100; ++n) {
      // The order of these differs between databases.
      const std::string id = (n % 2 == 0 ? "a" : "B") + std::to_string(n);
      slots.push_back({p, n, n % 7 == 0 ? n : 0});
      users.push_back({p, id, "user-" + id, text("\n'\"ß"), text("active"), n, n, n,
                       n % 3 == 0 ? StoredValue(n) : null});
      if (n < 100) roles.push_back({p, id, text("r"), n % 3 == 0 ? StoredValue(n) : null});
      secrets.push_back({p,
                         id,
                         id,
                         n,
                         text("hash"),
                         text(""),
                         text("label"),
                         n,
                         n,
                         null,
                         n,
                         null,
                         null,
                         text(""),
                         null,
                         n,
                         null,
                         std::int64_t{0},
                         n % 2 == 0 ? StoredValue(n) : null,
                         null});
      if (n < 50) revoked.push_back({p, id, n, n});
      if (n < 2001) {
        events.push_back({p,        n + 1,    id,         n,          text("system"),
                          text(""), text(""), text(""),   text("x"),  text(""),
                          text(""), text(""), text(""),   text(""),   text("success"),
                          text(""), n,        text("{}"), text("{}"), text(""),
                          id});
      }
    }
    auto done = insert_rows(connection, table("status_slots"), slots);
    if (done) done = insert_rows(connection, table("api_users"), users);
    if (done) done = insert_rows(connection, table("api_user_roles"), roles);
    if (done) done = insert_rows(connection, table("client_credentials"), secrets);
    if (done) done = insert_rows(connection, table("revoked_tokens"), revoked);
    if (done) done = insert_rows(connection, table("audit_events"), events);
    if (done) {
      done = insert_rows(connection, table("sessions"),
                         {{p, text("s"), text("u"), std::int64_t{1}, std::int64_t{2},
                           std::int64_t{3}, std::int64_t{4}}});
    }
    return done;
  }

  CopyEnds ends() { return {**from, **to}; }
  static void ignore(std::int64_t, std::int64_t) {}

  bool is_finished() { return (*to)->read(check_finished).has_value(); }

  SilentLogger log;
  std::vector<Table> tables;
  std::optional<Database> from;
  std::optional<Database> to;
};

/// Interrupts a copy, like a process that is killed.
struct Broken : std::runtime_error {
  Broken() : std::runtime_error("broken off") {}
};

TEST_P(CopyDatabase, CopiesEveryRowUnchanged) {
  std::int64_t last = 0;
  const auto copied = copy_rows(ends(), [&](std::int64_t done, std::int64_t total) {
    EXPECT_GE(done, last);
    EXPECT_LE(done, total);
    last = done;
  });
  ASSERT_TRUE(copied) << copied.error().message;
  const auto compared = compare_rows(ends(), ignore);
  ASSERT_TRUE(compared) << compared.error().message;
  ASSERT_EQ(compared->size(), tables.size());
  std::int64_t rows = 0;
  for (const ComparedTable& table : *compared) {
    EXPECT_GT(table.rows, 0) << table.name;
    rows += table.rows;
  }
  EXPECT_EQ(rows, last);
  EXPECT_FALSE(is_finished());
  ASSERT_TRUE(finish_copy(**to));
  EXPECT_TRUE(is_finished());
  EXPECT_TRUE(compare_rows(ends(), ignore));
}

TEST_P(CopyDatabase, ResumesAfterEveryInterruption) {
  std::int64_t done_before = -1;
  for (int pages = 1;; ++pages) {
    ASSERT_LT(pages, 50);
    int left = 2;
    std::int64_t first = -1;
    const auto copied = copy_rows(ends(), [&](std::int64_t done, std::int64_t) {
      if (first < 0) first = done;
      done_before = done;
      if (left-- == 0) throw Broken();
    });
    if (pages > 1) {
      EXPECT_GT(first, 0);
    }
    if (copied) break;
    EXPECT_FALSE(is_finished());
  }
  EXPECT_GT(done_before, 10'000);
  const auto compared = compare_rows(ends(), ignore);
  EXPECT_TRUE(compared) << compared.error().message;
}

TEST_P(CopyDatabase, RejectsATargetThatIsNotEmpty) {
  to->run("INSERT INTO projects VALUES ('x', 'other', 60, '', 0, 5, 0, 'ES256', 0, 0);");
  const auto copied = copy_rows(ends(), ignore);
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, ErrorCode::conflict);
  EXPECT_TRUE(is_finished());
}

TEST_P(CopyDatabase, RejectsATargetThatAServerHasUsed) {
  to->run("INSERT INTO settings VALUES ('master_key_check', 'abc');");
  const auto copied = copy_rows(ends(), ignore);
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, ErrorCode::conflict);
  EXPECT_NE(copied.error().message.find("new database"), std::string::npos);
  EXPECT_TRUE(is_finished());
}

TEST_P(CopyDatabase, DoesNotResumeWhenTheSourceHasChanged) {
  const auto broken = copy_rows(ends(), [](std::int64_t done, std::int64_t) {
    if (done > 0) throw Broken();
  });
  ASSERT_FALSE(broken);
  from->run("UPDATE projects SET invalidated_slots = 3 WHERE id = 'p';");
  const auto copied = copy_rows(ends(), ignore);
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, ErrorCode::conflict);
}

TEST_P(CopyDatabase, DetectsASourceThatChangedMeanwhile) {
  bool changed = false;
  const auto copied = copy_rows(ends(), [&](std::int64_t done, std::int64_t total) {
    if (done < total / 2 || std::exchange(changed, true)) return;
    from->run(
        "UPDATE client_credentials SET last_used_at = 77 WHERE project_id = 'p' AND id = 'a0';");
  });
  ASSERT_TRUE(copied) << copied.error().message;
  const auto compared = compare_rows(ends(), ignore);
  ASSERT_FALSE(compared);
  EXPECT_EQ(compared.error().code, ErrorCode::conflict);
  EXPECT_NE(compared.error().message.find("client_credentials"), std::string::npos);
}

TEST_P(CopyDatabase, KeepsAnUnfinishedCopyFromBeingUsedOrCopied) {
  ASSERT_TRUE(copy_rows(ends(), ignore));
  Database third(Kind::sqlite, log);
  const auto copied = copy_rows({**to, *third}, ignore);
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, ErrorCode::conflict);
  const auto store = make_sql_store(to->take());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::conflict);
}

// The fingerprint has a digest of another kind, so it cannot show whether the source is the same.
TEST_P(CopyDatabase, DoesNotResumeACopyOfAnotherVersion) {
  const auto broken = copy_rows(ends(), [](std::int64_t done, std::int64_t) {
    if (done > 0) throw Broken();
  });
  ASSERT_FALSE(broken);
  to->run("UPDATE settings SET value = substr(value, 10) WHERE name = 'copy_source';");
  const auto copied = copy_rows(ends(), ignore);
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, ErrorCode::conflict);
  EXPECT_NE(copied.error().message.find("another version"), std::string::npos);
}

// Computed with xxHash 0.8.1 from the bytes that raw_rows.cc documents.
TEST(RowsDigest, IsTheSumOfXxh3) {
  RowsDigest digest;
  EXPECT_EQ(digest.text(), std::string(32, '0'));
  digest.add({std::string("a"), std::int64_t{-1}, std::monostate()});
  EXPECT_EQ(digest.text(), "0beb41d3c588fbc867ddd4c1dfb52dcd");
}

TEST(RowsDigest, DependsOnEveryValueAndNotOnTheOrderOfRows) {
  const StoredRow one{std::string("a"), std::int64_t{1}};
  const StoredRow two{std::string("b"), std::monostate()};
  RowsDigest first;
  first.add(one);
  first.add(two);
  RowsDigest second;
  second.add(two);
  second.add(one);
  EXPECT_EQ(first, second);
  const std::vector<StoredRow> others = {
      {std::string("b"), std::int64_t{0}},
      {std::string("b"), std::string()},
      {std::monostate(), std::string("b")},
      {std::string("c"), std::monostate()},
  };
  for (const StoredRow& other : others) {
    RowsDigest digest;
    digest.add(one);
    digest.add(other);
    EXPECT_NE(digest.text(), first.text());
  }
}

}  // namespace
}  // namespace ptkl::storage

// Outside of the namespace, because GoogleTest's macro names `testing::`, which would be ptkl::testing there.
using ptkl::storage::CopyDatabase;
using ptkl::storage::Direction;
using ptkl::storage::Kind;

INSTANTIATE_TEST_SUITE_P(
    Directions, CopyDatabase,
    ::testing::Values(Direction{"sqlite_to_sqlite", Kind::sqlite, Kind::sqlite},
                      Direction{"sqlite_to_postgres", Kind::sqlite, Kind::postgres},
                      Direction{"postgres_to_sqlite", Kind::postgres, Kind::sqlite},
                      Direction{"postgres_to_postgres", Kind::postgres, Kind::postgres}),
    [](const auto& way) { return std::string(way.param.name); });

#include "storage/sql/rows.h"

#include <gtest/gtest.h>

#include "storage/silent_logger.h"
#include "storage/sqlite/database.h"

namespace ptkl::storage {
namespace {

/// Runs `script`, which damages data, and reads all rows of `statement` with `read`.
template <class Read>
Result<void> read_after(const char* script, SqlStatement statement, Read read) {
  SilentLogger log;
  auto database = open_sqlite_in_memory(log);
  if (!database) return failure(std::move(database.error()));
  return (*database)->transact([&](SqlConnection& connection) -> Result<void> {
    auto done = connection.run_script(
        "CREATE TABLE rights_changes (project_id, role_id, remaining);"
        "CREATE TABLE roles (id, name, permissions, workspaces, level, version, created_at,"
        " updated_at, pending_changes, project_id);"
        "INSERT INTO roles VALUES ('0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b', 'reader', 'a.read *',"
        " 'ws-1', 40, 1, 1000, 2000, 0, 'p');"
        "CREATE TABLE client_credentials (id, kind, hash, hint, label, slot, slot_generation,"
        " created_at, expires_at, works_until, revoked_at, last_used_at, last_used_from, "
        "replaced_at, until_idle_seconds, due_at);"
        "INSERT INTO client_credentials VALUES ('00000000001', 0,"
        " 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'abcd', '', 5, NULL, 1000, NULL, NULL, "
        "NULL, NULL, '', NULL, NULL, NULL);");
    if (done) done = connection.run_script(script);
    if (!done) return done;
    auto rows = find_all(connection, statement, {}, read);
    if (!rows) return failure(std::move(rows.error()));
    return {};
  });
}

constexpr SqlStatement kRoles{"SELECT " PTKL_ROLE_COLUMNS " FROM roles"};
constexpr SqlStatement kSecrets{"SELECT " PTKL_CREDENTIAL_COLUMNS " FROM client_credentials"};

Result<ClientCredential> read_secret(ColumnReader& columns) {
  return read_client_credential(columns, Uuid());
}

TEST(SqlRows, AnInvalidRowIsAnInternalError) {
  const char* role_damage[] = {
      "UPDATE roles SET id = 'not-a-uuid'",
      "UPDATE roles SET name = ''",
      "UPDATE roles SET permissions = 'A READ'",
      "UPDATE roles SET permissions = 'a.read  *'",
      "UPDATE roles SET workspaces = '!'",
      "UPDATE roles SET level = 101",
      "UPDATE roles SET level = -1",
      "UPDATE roles SET id = NULL",
  };
  for (const char* damage : role_damage) {
    SCOPED_TRACE(damage);
    auto done = read_after(damage, kRoles, read_role);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::internal);
  }
  const char* secret_damage[] = {
      "UPDATE client_credentials SET id = '1'",   "UPDATE client_credentials SET hash = 'AAAA'",
      "UPDATE client_credentials SET hash = '!'", "UPDATE client_credentials SET hash = NULL",
      "UPDATE client_credentials SET kind = 1",   "UPDATE client_credentials SET kind = -1",
  };
  for (const char* damage : secret_damage) {
    SCOPED_TRACE(damage);
    auto done = read_after(damage, kSecrets, read_secret);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::internal);
  }
}

TEST(SqlRows, AnErrorAboutARowContainsNoValue) {
  auto done =
      read_after("UPDATE client_credentials SET hash = 'damaged-hash'", kSecrets, read_secret);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message.find("damaged-hash"), std::string::npos);
}

TEST(SqlRows, ParsesRowsThatTheProgramWrites) {
  EXPECT_TRUE(read_after("", kRoles, read_role));
  EXPECT_TRUE(read_after("", kSecrets, read_secret));
}

TEST(SqlRows, OneInvalidRowFailsTheWholeList) {
  EXPECT_FALSE(
      read_after("INSERT INTO roles SELECT * FROM roles;"
                 "UPDATE roles SET name = '' WHERE rowid = 1",
                 kRoles, read_role));
}

}  // namespace
}  // namespace ptkl::storage

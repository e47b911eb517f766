// From rows to values and back, for all repositories. A row that does not parse is `internal`: only this
// program writes to the database.
#pragma once

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/api_user.h"
#include "core/client.h"
#include "core/client_credential.h"
#include "core/keys/signing_key.h"
#include "core/project.h"
#include "core/role.h"
#include "core/session.h"
#include "core/status_list.h"
#include "core/user.h"
#include "storage/sql/database.h"

namespace ptkl::storage {

/// Reads the columns of a row one after another. A column that does not parse makes ok() false.
class ColumnReader {
 public:
  explicit ColumnReader(const SqlRow& row) : row_(row) {}

  std::int64_t integer() { return row_.integer(column_++); }
  std::string text() { return std::string(row_.text(column_++)); }
  Timestamp time() { return from_unix_millis(integer()); }
  std::optional<Timestamp> optional_time();
  std::optional<std::chrono::seconds> optional_seconds();
  bool next_is_null() const { return row_.is_null(column_); }

  /// The value that `parse` returns for the column; absent when it fails.
  template <class T>
  std::optional<T> parsed(Result<T> (*parse)(std::string_view)) {
    return accept(parse(row_.text(column_++)));
  }
  template <class T>
  std::optional<T> parsed(Result<T> (*parse)(std::int64_t)) {
    return accept(parse(row_.integer(column_++)));
  }

  bool ok() const { return !broken_column_; }
  /// The error when ok() is false.
  tl::unexpected<Error> failure() const;

 private:
  template <class T>
  std::optional<T> accept(Result<T> value) {
    if (value) return std::move(*value);
    if (!broken_column_) broken_column_ = column_ - 1;
    return std::nullopt;
  }

  const SqlRow& row_;
  int column_ = 0;
  std::optional<int> broken_column_;
};

#define PTKL_SLOTS_PER_GENERATION "1099511627776"
static_assert(StatusSlot::kSlotsPerGeneration == 1099511627776);

// What each read_… expects, in this order. Macros, because only literals can be joined.
#define PTKL_PROJECT_COLUMNS                                                          \
  "projects.id, projects.name, projects.token_lifetime_seconds, projects.resources, " \
  "projects.created_at, projects.signing_algorithm, projects.rights_version"
#define PTKL_API_USER_COLUMNS                                                   \
  "api_users.id, api_users.username, api_users.description, api_users.status, " \
  "api_users.version, api_users.created_at, api_users.updated_at"
#define PTKL_ROLE_COLUMNS                                                      \
  "roles.id, roles.name, roles.permissions, roles.workspaces, roles.level, "   \
  "roles.version, roles.created_at, roles.updated_at, "                        \
  "CASE WHEN roles.pending_changes = 0 THEN 0 ELSE"                            \
  " (SELECT CAST(SUM(rights_changes.remaining) AS BIGINT) FROM rights_changes" \
  " WHERE rights_changes.project_id = roles.project_id"                        \
  " AND rights_changes.role_id = roles.id) END"
#define PTKL_CREDENTIAL_COLUMNS                                                  \
  "client_credentials.id, client_credentials.kind, client_credentials.hash, "    \
  "client_credentials.hint, client_credentials.label, client_credentials.slot, " \
  "client_credentials.slot_generation, client_credentials.created_at, "          \
  "client_credentials.expires_at, client_credentials.works_until, "              \
  "client_credentials.revoked_at, client_credentials.last_used_at, "             \
  "client_credentials.last_used_from, client_credentials.replaced_at, "          \
  "client_credentials.until_idle_seconds, client_credentials.due_at"
#define PTKL_USER_COLUMNS                                                      \
  "users.id, users.email, users.version, users.created_at, users.updated_at, " \
  "users.invitation_expires_at, users.last_sign_in_at, users.last_sign_in_from"
#define PTKL_SESSION_COLUMNS                                            \
  "sessions.id, sessions.user_id, sessions.slot, sessions.created_at, " \
  "sessions.expires_at, sessions.rights_version"
#define PTKL_SIGNING_KEY_COLUMNS               \
  "signing_keys.kid, signing_keys.algorithm, " \
  "signing_keys.wrapped_key, signing_keys.public_jwk, signing_keys.created_at"

// Queries for one lookup, by `$1`, `$2`, …, and for many, by the columns of a row: see lookup_batch.cc.

// Every step of the join goes through a unique key: one row, whatever the size of the tables.
#define PTKL_FIND_CLIENT_RECORD(project, credential)                                        \
  "SELECT " PTKL_PROJECT_COLUMNS ", " PTKL_API_USER_COLUMNS ", " PTKL_CREDENTIAL_COLUMNS    \
  ", " PTKL_SIGNING_KEY_COLUMNS                                                             \
  " FROM projects"                                                                          \
  " JOIN client_credentials ON client_credentials.project_id = projects.id"                 \
  " AND client_credentials.id = " credential                                                \
  " JOIN api_users ON api_users.project_id = projects.id"                                   \
  " AND api_users.id = client_credentials.api_user_id"                                      \
  " JOIN signing_keys ON signing_keys.project_id = projects.id AND signing_keys.active = 1" \
  " WHERE projects.name = " project

// What follows from the pending changes of a role for one of its holders, a row of the table `holders`. Nearly
// always there is none, and no further table is read.
#define PTKL_CHANGES_OF_HOLDER(holders)         \
  " FROM rights_changes"                        \
  " WHERE rights_changes.project_id = " holders \
  ".project_id"                                 \
  " AND rights_changes.role_id = " holders      \
  ".role_id"                                    \
  " AND rights_changes.version > COALESCE(" holders ".assigned_at_version, 0)"
#define PTKL_IF_PENDING(query) "CASE WHEN roles.pending_changes = 0 THEN 0 ELSE (" query ") END"
// The columns of read_role_of_holder().
#define PTKL_ROLE_OF_HOLDER_COLUMNS(holders, unreached)                         \
  "roles.deleted, " PTKL_IF_PENDING(                                            \
      "SELECT COALESCE(MAX(rights_changes.version), 0)" PTKL_CHANGES_OF_HOLDER( \
          holders)) ", " unreached ", " PTKL_ROLE_COLUMNS
#define PTKL_API_USER_ROLE_COLUMNS                              \
  PTKL_ROLE_OF_HOLDER_COLUMNS(                                  \
      "api_user_roles",                                         \
      PTKL_IF_PENDING("SELECT COUNT(*)" PTKL_CHANGES_OF_HOLDER( \
          "api_user_roles") " AND rights_changes.api_user_cursor < api_user_roles.api_user_id"))
#define PTKL_USER_ROLE_COLUMNS PTKL_ROLE_OF_HOLDER_COLUMNS("user_roles", "0")

#define PTKL_LIST_ROLES_OF_API_USER(project_id, api_user)                                \
  "SELECT " PTKL_API_USER_ROLE_COLUMNS                                                   \
  " FROM api_user_roles JOIN roles ON roles.project_id = api_user_roles.project_id"      \
  " AND roles.id = api_user_roles.role_id WHERE api_user_roles.project_id = " project_id \
  " AND api_user_roles.api_user_id = " api_user
#define PTKL_LIST_ROLES_OF_USER(project_id, user)                                \
  "SELECT " PTKL_USER_ROLE_COLUMNS                                               \
  " FROM user_roles JOIN roles ON roles.project_id = user_roles.project_id"      \
  " AND roles.id = user_roles.role_id WHERE user_roles.project_id = " project_id \
  " AND user_roles.user_id = " user

Result<Project> read_project(ColumnReader& columns);
Result<ApiUser> read_api_user(ColumnReader& columns);
Result<Role> read_role(ColumnReader& columns);
/// A row of one id.
Result<Uuid> read_id(ColumnReader& columns);
/// A role and its holder, an API user or a user.
struct HeldRole {
  Uuid holder;
  std::optional<Role> role;  ///< absent if it is deleted
};
/// The holder's id, `deleted`, then the role's columns.
Result<HeldRole> read_held_role(ColumnReader& columns);
/// One row of HeldRoles.
struct RoleOfHolder {
  std::int64_t min_rights_version = 0;
  std::int64_t pending_changes = 0;
  std::optional<Role> role;  ///< absent if it is deleted
};
Result<RoleOfHolder> read_role_of_holder(ColumnReader& columns);
void add_role(HeldRoles& held, RoleOfHolder&& row);
/// `api_user` is known from the lookup, or from a column before.
Result<ClientCredential> read_client_credential(ColumnReader& columns, const Uuid& api_user);
/// The same after a column with the API user's id.
Result<ClientCredential> read_owned_credential(ColumnReader& columns);
/// `project` is known from the lookup.
Result<SigningKey> read_signing_key(ColumnReader& columns, const Uuid& project);
Result<ClientRecord> read_client_record(ColumnReader& columns);

Result<User> read_user(ColumnReader& columns);
Result<Session> read_session(ColumnReader& columns);

/// 32 bytes in base64url.
Result<Digest> parse_digest(std::string_view text);

/// Sorted here, because databases do not agree on the order of text.
void sort_by_name(std::vector<Role>& roles);

SqlParameter to_parameter(const std::optional<Timestamp>& time);
SqlParameter to_parameter(const std::optional<std::chrono::seconds>& duration);

using Parameters = std::initializer_list<SqlParameter>;

/// Runs a statement without rows.
Result<void> execute(SqlConnection& connection, SqlStatement statement, Parameters parameters);

/// As execute(); returns how many rows the statement changed.
Result<std::int64_t> change(SqlConnection& connection, SqlStatement statement,
                            Parameters parameters);

/// Runs a statement that changes one row. Errors: not_found with `missing` when it changed none.
Result<void> change_one(SqlConnection& connection, SqlStatement statement, Parameters parameters,
                        const char* missing);

/// Runs an INSERT … ON CONFLICT DO NOTHING. Errors: conflict with `taken` when the row exists. Without that
/// clause PostgreSQL would report a duplicate for a row that a concurrent transaction inserted, instead of a
/// serialization failure.
Result<void> insert_one(SqlConnection& connection, SqlStatement statement, Parameters parameters,
                        const char* taken);

/// Runs a statement that returns one row with one number.
Result<std::int64_t> find_integer(SqlConnection& connection, SqlStatement statement,
                                  Parameters parameters);

/// The T of `Read`, a function ColumnReader& → Result<T>.
template <class Read>
using RowValue = typename std::invoke_result_t<Read, ColumnReader&>::value_type;

/// Runs a statement and hands each row's value to `keep`.
template <class Read, class Keep>
Result<void> for_each(SqlConnection& connection, SqlStatement statement, Parameters parameters,
                      Read read, Keep keep) {
  Result<void> outcome;
  const auto one_row = [&](const SqlRow& row) {
    if (!outcome) return;
    ColumnReader columns(row);
    auto value = read(columns);
    if (value) {
      keep(std::move(*value));
    } else {
      outcome = failed(value);
    }
  };
  // Captures one reference, which std::function stores without an allocation.
  const auto on_row = [&one_row](const SqlRow& row) { one_row(row); };
  auto done = connection.run(statement, {parameters.begin(), parameters.size()}, on_row);
  if (!done) return failed(done);
  return outcome;
}

template <class Read>
Result<std::vector<RowValue<Read>>> find_all(SqlConnection& connection, SqlStatement statement,
                                             Parameters parameters, Read read) {
  std::vector<RowValue<Read>> found;
  auto done = for_each(connection, statement, parameters, read,
                       [&found](RowValue<Read>&& value) { found.push_back(std::move(value)); });
  if (!done) return failed(done);
  return found;
}

/// As find_all(), of at most one row.
template <class Read>
Result<std::optional<RowValue<Read>>> find_one(SqlConnection& connection, SqlStatement statement,
                                               Parameters parameters, Read read) {
  Result<std::optional<RowValue<Read>>> found;
  auto done = for_each(connection, statement, parameters, read,
                       [&found](RowValue<Read>&& value) { found->emplace(std::move(value)); });
  if (!done) return failed(done);
  return found;
}

}  // namespace ptkl::storage

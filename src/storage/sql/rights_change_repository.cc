#include <string>
#include <utility>

#include "storage/sql/repositories.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kInsertChange{
    "INSERT INTO rights_changes (project_id, version, role_id, role_name, started_at, holders,"
    " remaining, api_user_cursor, user_cursor, worker)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', '')"};
constexpr SqlStatement kCountPendingOfRole{
    "UPDATE roles SET pending_changes = pending_changes + 1 WHERE project_id = $1 AND id = $2"};
// Tokens of a holder may name one generation more than before.
constexpr SqlStatement kCountGeneration{
    "UPDATE projects SET slot_generations = slot_generations + 1 WHERE id = $1"};

#define PTKL_RIGHTS_CHANGE_COLUMNS                                                            \
  "rights_changes.version, rights_changes.role_id, rights_changes.role_name, roles.deleted, " \
  "rights_changes.started_at, rights_changes.holders, rights_changes.remaining, "             \
  "rights_changes.worker"
#define PTKL_RIGHTS_CHANGE_TABLES                                                   \
  " FROM rights_changes JOIN roles ON roles.project_id = rights_changes.project_id" \
  " AND roles.id = rights_changes.role_id"

constexpr SqlStatement kListChanges{
    "SELECT " PTKL_RIGHTS_CHANGE_COLUMNS PTKL_RIGHTS_CHANGE_TABLES
    " WHERE rights_changes.project_id = $1 ORDER BY rights_changes.version"};
constexpr SqlStatement kCountChanges{"SELECT COUNT(*) FROM rights_changes WHERE project_id = $1"};
constexpr SqlStatement kSumRemaining{
    "SELECT CAST(COALESCE(SUM(remaining), 0) AS BIGINT) FROM rights_changes"};
constexpr SqlStatement kListNextChanges{
    "SELECT rights_changes.project_id, " PTKL_RIGHTS_CHANGE_COLUMNS PTKL_RIGHTS_CHANGE_TABLES
    " WHERE NOT EXISTS (SELECT 1 FROM rights_changes AS earlier"
    " WHERE earlier.project_id = rights_changes.project_id"
    " AND earlier.version < rights_changes.version) ORDER BY rights_changes.project_id"};
constexpr SqlStatement kSetWorker{
    "UPDATE rights_changes SET worker = $3 WHERE project_id = $1 AND version = $2"};

// Only the last change of a deleted role removes it from its holders: until then, the earlier ones depend on it.
constexpr SqlStatement kFindStep{
    "SELECT rights_changes.role_id,"
    " CASE WHEN roles.deleted = 1 AND NOT EXISTS (SELECT 1 FROM rights_changes AS later"
    " WHERE later.project_id = $1 AND later.role_id = rights_changes.role_id"
    " AND later.version > $2) THEN 1 ELSE 0 END,"
    " rights_changes.api_user_cursor, rights_changes.user_cursor,"
    " rights_changes.started_at" PTKL_RIGHTS_CHANGE_TABLES
    " WHERE rights_changes.project_id = $1 AND rights_changes.version = $2"};
constexpr SqlStatement kFindLastApiUser{
    "SELECT COUNT(*), COALESCE(MAX(api_user_id), '') FROM"
    " (SELECT api_user_id FROM api_user_roles WHERE project_id = $1 AND role_id = $2"
    " AND api_user_id > $3 ORDER BY api_user_id LIMIT $4) AS next_holders"};
constexpr SqlStatement kFindLastUser{
    "SELECT COUNT(*), COALESCE(MAX(user_id), '') FROM"
    " (SELECT user_id FROM user_roles WHERE project_id = $1 AND role_id = $2"
    " AND user_id > $3 ORDER BY user_id LIMIT $4) AS next_holders"};

// The holders of one step. $1: the project, $2: the role, $3 and $4: the last holder of the step before and of this
// one, $5: the version of the change.
#define PTKL_HOLDERS_OF_STEP(table, column)                                           \
  " WHERE " table ".project_id = $1 AND " table ".role_id = $2 AND " table "." column \
  " > $3"                                                                             \
  " AND " table "." column " <= $4 AND COALESCE(" table ".assigned_at_version, 0) < $5"
// $6: their number. The limit changes nothing but the plans: without it, SQLite would apply the range of the holders to
// the table that is joined with them, and read that range once for each holder.
#define PTKL_API_USERS_OF_STEP                                    \
  "(SELECT api_user_id FROM api_user_roles" PTKL_HOLDERS_OF_STEP( \
      "api_user_roles", "api_user_id") " ORDER BY api_user_id LIMIT $6) AS holders"
#define PTKL_USERS_OF_STEP                                \
  "(SELECT user_id FROM user_roles" PTKL_HOLDERS_OF_STEP( \
      "user_roles", "user_id") " ORDER BY user_id LIMIT $6) AS holders"

constexpr SqlStatement kCountInvalidationOfStep{
    "UPDATE projects SET invalidated_slots = invalidated_slots + 1 WHERE id = $1"};
// All slots of a step share one number.
constexpr SqlStatement kInvalidateCredentials{
    "INSERT INTO status_slots (project_id, slot, invalid)"
    " SELECT client_credentials.project_id, client_credentials.slot"
    " + COALESCE(client_credentials.slot_generation, 0) * " PTKL_SLOTS_PER_GENERATION
    ","
    " (SELECT invalidated_slots FROM projects WHERE id = $1)"
    " FROM " PTKL_API_USERS_OF_STEP
    " CROSS JOIN client_credentials WHERE client_credentials.project_id = $1"
    " AND client_credentials.api_user_id = holders.api_user_id"
    " AND client_credentials.revoked_at IS NULL"
    " ON CONFLICT (project_id, slot) DO UPDATE SET invalid = excluded.invalid"
    " WHERE status_slots.invalid = 0"};
constexpr SqlStatement kMoveToNextGeneration{
    "UPDATE client_credentials SET slot_generation = COALESCE(slot_generation, 0) + 1,"
    " min_rights_version = $5"
    " WHERE project_id = $1 AND revoked_at IS NULL"
    " AND api_user_id IN (SELECT holders.api_user_id FROM " PTKL_API_USERS_OF_STEP ")"};
constexpr SqlStatement kInvalidateSessions{
    "INSERT INTO status_slots (project_id, slot, invalid)"
    " SELECT sessions.project_id, sessions.slot,"
    " (SELECT invalidated_slots FROM projects WHERE id = $1)"
    " FROM " PTKL_USERS_OF_STEP
    " CROSS JOIN sessions WHERE sessions.project_id = $1"
    " AND sessions.user_id = holders.user_id AND sessions.rights_version < $5"
    " ON CONFLICT (project_id, slot) DO UPDATE SET invalid = excluded.invalid"
    " WHERE status_slots.invalid = 0"};
constexpr SqlStatement kEndSessions{
    "DELETE FROM sessions WHERE project_id = $1 AND rights_version < $5"
    " AND user_id IN (SELECT holders.user_id FROM " PTKL_USERS_OF_STEP ")"};

// $7: the time of the change. The holder may have been edited since.
#define PTKL_UPDATED_AT " updated_at = CASE WHEN updated_at < $7 THEN $7 ELSE updated_at END"
constexpr SqlStatement kChangeApiUsersOfStep{
    "UPDATE api_users SET version = version + 1," PTKL_UPDATED_AT
    " WHERE project_id = $1"
    " AND id IN (SELECT holders.api_user_id FROM " PTKL_API_USERS_OF_STEP ")"};
constexpr SqlStatement kTakeFromApiUsersOfStep{
    "DELETE FROM api_user_roles" PTKL_HOLDERS_OF_STEP("api_user_roles", "api_user_id")};
constexpr SqlStatement kChangeUsersOfStep{
    "UPDATE users SET version = version + 1," PTKL_UPDATED_AT
    " WHERE project_id = $1"
    " AND id IN (SELECT holders.user_id FROM " PTKL_USERS_OF_STEP ")"};
constexpr SqlStatement kTakeFromUsersOfStep{
    "DELETE FROM user_roles" PTKL_HOLDERS_OF_STEP("user_roles", "user_id")};

// At least 1 until the change is finished: holders that were added since are not counted.
#define PTKL_REMAINING_AFTER(reached) \
  " remaining = CASE WHEN remaining <= " reached " THEN 1 ELSE remaining - " reached " END"
constexpr SqlStatement kAdvanceApiUsers{
    "UPDATE rights_changes SET api_user_cursor = $3," PTKL_REMAINING_AFTER(
        "$4") " WHERE project_id = $1 AND version = $2"};
constexpr SqlStatement kAdvanceUsers{
    "UPDATE rights_changes SET user_cursor = $3," PTKL_REMAINING_AFTER(
        "$4") " WHERE project_id = $1 AND version = $2"};

constexpr SqlStatement kRemoveChange{
    "DELETE FROM rights_changes WHERE project_id = $1 AND version = $2"};
constexpr SqlStatement kEndPendingOfRole{
    "UPDATE roles SET pending_changes = pending_changes - 1 WHERE project_id = $1 AND id = $2"};
constexpr SqlStatement kRemoveDeletedRole{
    "DELETE FROM roles WHERE project_id = $1 AND id = $2 AND deleted = 1 AND pending_changes = 0"};

constexpr const char* kMissingChange = "no such pending change";

// A user can have many more sessions than an API user has credentials.
constexpr std::int64_t kApiUsersPerUser = 10;

Result<RightsChange> read_rights_change(ColumnReader& columns) {
  RightsChange change;
  change.version = columns.integer();
  const auto role = columns.parsed(Uuid::parse);
  change.role_name = columns.text();
  change.role_deleted = columns.integer() != 0;
  change.started_at = columns.time();
  change.holders = columns.integer();
  change.remaining = columns.integer();
  change.worker = columns.text();
  if (!columns.ok()) return columns.failure();
  change.role = *role;
  return change;
}

Result<NextRightsChange> read_next_change(ColumnReader& columns) {
  const auto project = read_id(columns);
  if (!project) return failed(project);
  auto change = read_rights_change(columns);
  if (!change) return failed(change);
  return NextRightsChange{*project, std::move(*change)};
}

/// The progress of a change.
struct StepState {
  std::string role;
  bool removes_role = false;  ///< from its holders
  std::string api_user_cursor;
  std::string user_cursor;
  std::int64_t started_at = 0;
};

Result<StepState> read_step_state(ColumnReader& columns) {
  StepState state;
  state.role = columns.text();
  state.removes_role = columns.integer() != 0;
  state.api_user_cursor = columns.text();
  state.user_cursor = columns.text();
  state.started_at = columns.integer();
  return state;
}

struct LastHolder {
  std::int64_t count = 0;
  std::string id;
};

Result<LastHolder> read_last_holder(ColumnReader& columns) {
  const std::int64_t count = columns.integer();
  return LastHolder{count, columns.text()};
}

/// What the steps do for one kind of holder.
struct HolderStatements {
  SqlStatement find_last;
  SqlStatement invalidate;
  SqlStatement end;  ///< of the credentials' generation, or of the sessions
  SqlStatement change_holders;
  SqlStatement take_role;
  SqlStatement advance;
};

constexpr HolderStatements kForApiUsers{kFindLastApiUser,        kInvalidateCredentials,
                                        kMoveToNextGeneration,   kChangeApiUsersOfStep,
                                        kTakeFromApiUsersOfStep, kAdvanceApiUsers};
constexpr HolderStatements kForUsers{kFindLastUser,      kInvalidateSessions,  kEndSessions,
                                     kChangeUsersOfStep, kTakeFromUsersOfStep, kAdvanceUsers};

struct StepRange {
  const std::string& project;
  std::int64_t version;
  const StepState& state;
  const std::string& cursor;
  std::int64_t limit;
};

/// Returns the number of holders that were reached.
Result<std::int64_t> reach_holders(SqlConnection& connection, const HolderStatements& statements,
                                   const StepRange& range) {
  const std::string& project = range.project;
  const std::string& role = range.state.role;
  const auto found = find_one(connection, statements.find_last,
                              {project, role, range.cursor, range.limit}, read_last_holder);
  if (!found) return failed(found);
  const LastHolder last = found->value_or(LastHolder());
  if (last.count == 0) return 0;
  // The number comes first, as in StatusSlotRepository::invalidate().
  auto done = change_one(connection, kCountInvalidationOfStep, {project}, "no such project");
  for (const SqlStatement& statement : {statements.invalidate, statements.end}) {
    if (!done) return failed(done);
    done = execute(connection, statement,
                   {project, role, range.cursor, last.id, range.version, last.count});
  }
  if (done && range.state.removes_role) {
    done = execute(
        connection, statements.change_holders,
        {project, role, range.cursor, last.id, range.version, last.count, range.state.started_at});
    if (done) {
      done = execute(connection, statements.take_role,
                     {project, role, range.cursor, last.id, range.version});
    }
  }
  if (done) {
    done = change_one(connection, statements.advance, {project, range.version, last.id, last.count},
                      kMissingChange);
  }
  if (!done) return failed(done);
  return last.count;
}

}  // namespace

Result<void> SqlRightsChangeRepository::insert(const Uuid& project, const RightsChange& change) {
  const std::string project_id = project.text();
  const std::string role_id = change.role.text();
  auto done = execute(connection_, kInsertChange,
                      {project_id, change.version, role_id, change.role_name,
                       to_unix_millis(change.started_at), change.holders, change.remaining});
  if (done)
    done = change_one(connection_, kCountPendingOfRole, {project_id, role_id}, "no such role");
  if (done) done = change_one(connection_, kCountGeneration, {project_id}, "no such project");
  return done;
}

Result<std::vector<RightsChange>> SqlRightsChangeRepository::list(const Uuid& project) {
  return find_all(connection_, kListChanges, {project.text()}, read_rights_change);
}

Result<std::int64_t> SqlRightsChangeRepository::count(const Uuid& project) {
  return find_integer(connection_, kCountChanges, {project.text()});
}

Result<std::int64_t> SqlRightsChangeRepository::total_remaining() {
  return find_integer(connection_, kSumRemaining, {});
}

Result<std::vector<NextRightsChange>> SqlRightsChangeRepository::list_next() {
  return find_all(connection_, kListNextChanges, {}, read_next_change);
}

Result<void> SqlRightsChangeRepository::set_worker(const Uuid& project, std::int64_t version,
                                                   std::string_view worker) {
  return change_one(connection_, kSetWorker, {project.text(), version, worker}, kMissingChange);
}

Result<std::int64_t> SqlRightsChangeRepository::run_step(const Uuid& project, std::int64_t version,
                                                         std::int64_t limit) {
  const std::string project_id = project.text();
  const auto state = find_one(connection_, kFindStep, {project_id, version}, read_step_state);
  if (!state) return failed(state);
  if (!*state) return failure(ErrorCode::not_found, kMissingChange);
  const StepState& at = **state;
  auto reached = reach_holders(connection_, kForApiUsers,
                               {project_id, version, at, at.api_user_cursor, limit});
  if (!reached || *reached > 0) return reached;
  const std::int64_t users = limit / kApiUsersPerUser + 1;
  return reach_holders(connection_, kForUsers, {project_id, version, at, at.user_cursor, users});
}

Result<void> SqlRightsChangeRepository::finish(const Uuid& project, std::int64_t version) {
  const std::string project_id = project.text();
  const auto state = find_one(connection_, kFindStep, {project_id, version}, read_step_state);
  if (!state) return failed(state);
  if (!*state) return failure(ErrorCode::not_found, kMissingChange);
  const std::string& role = (*state)->role;
  auto done = change_one(connection_, kRemoveChange, {project_id, version}, kMissingChange);
  if (done) done = change_one(connection_, kEndPendingOfRole, {project_id, role}, "no such role");
  if (done) done = execute(connection_, kRemoveDeletedRole, {project_id, role});
  return done;
}

}  // namespace ptkl::storage

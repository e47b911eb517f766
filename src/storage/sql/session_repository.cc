#include "storage/sql/repositories.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kInsertSession{
    "INSERT INTO sessions (project_id, id, user_id, slot, created_at, expires_at,"
    " rights_version) VALUES ($1, $2, $3, $4, $5, $6, $7)"};
constexpr SqlStatement kEraseSession{"DELETE FROM sessions WHERE project_id = $1 AND id = $2"};
constexpr SqlStatement kListSessionsOf{
    "SELECT " PTKL_SESSION_COLUMNS
    " FROM sessions WHERE project_id = $1 AND user_id = $2 ORDER BY id"};
// From the holders of the role, which an index contains, to their sessions.
constexpr SqlStatement kListSessionsOfHolders{
    "SELECT " PTKL_SESSION_COLUMNS
    " FROM user_roles CROSS JOIN sessions"
    " WHERE user_roles.project_id = $1 AND user_roles.role_id = $2"
    " AND sessions.project_id = $1 AND sessions.user_id = user_roles.user_id"};
constexpr SqlStatement kEraseExpiredSessions{
    "DELETE FROM sessions WHERE (project_id, id) IN (SELECT project_id, id"
    " FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)"};

}  // namespace

Result<void> SqlSessionRepository::insert(const Uuid& project, const Session& session) {
  return execute(connection_, kInsertSession,
                 {project.text(), session.id.text(), session.user.text(), session.slot.number,
                  to_unix_millis(session.created_at), to_unix_millis(session.expires_at),
                  session.rights_version});
}

Result<void> SqlSessionRepository::erase(const Uuid& project, const Uuid& id) {
  return change_one(connection_, kEraseSession, {project.text(), id.text()}, "no such session");
}

Result<std::vector<Session>> SqlSessionRepository::list_of(const Uuid& project, const Uuid& user) {
  return find_all(connection_, kListSessionsOf, {project.text(), user.text()}, read_session);
}

Result<std::vector<Session>> SqlSessionRepository::list_of_holders(const Uuid& project,
                                                                   const Uuid& role) {
  return find_all(connection_, kListSessionsOfHolders, {project.text(), role.text()}, read_session);
}

Result<std::int64_t> SqlSessionRepository::erase_expired(Timestamp now, std::int64_t limit) {
  return change(connection_, kEraseExpiredSessions, {to_unix_millis(now), limit});
}

}  // namespace ptkl::storage

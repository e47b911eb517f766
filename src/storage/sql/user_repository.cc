#include <map>
#include <utility>

#include "storage/sql/keyset.h"
#include "storage/sql/repositories.h"
#include "storage/sql/role_rows.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kInsertUser{
    "INSERT INTO users (project_id, id, email, password_hash, version, created_at, updated_at,"
    " invitation_hash, inviter_kind, inviter_id, invitation_expires_at, last_sign_in_from)"
    " VALUES ($1, $2, $3, '', $4, $5, $6, $7, $8, $9, $10, '') ON CONFLICT DO NOTHING"};
constexpr SqlStatement kFindUser{"SELECT " PTKL_USER_COLUMNS
                                 " FROM users WHERE project_id = $1 AND id = $2"};
constexpr SqlStatement kFindUserId{"SELECT id FROM users WHERE project_id = $1 AND email = $2"};
constexpr SqlStatement kListUsers{
    "SELECT " PTKL_USER_COLUMNS
    " FROM users WHERE project_id = $1 AND id > $2 ORDER BY id LIMIT $3"};
constexpr SqlStatement kListUserRoles{
    "SELECT user_roles.user_id, roles.deleted, " PTKL_ROLE_COLUMNS
    " FROM user_roles JOIN roles ON roles.project_id = user_roles.project_id"
    " AND roles.id = user_roles.role_id"
    " WHERE user_roles.project_id = $1 AND user_roles.user_id BETWEEN $2 AND $3"};
constexpr SqlStatement kListUserRoleIds{
    "SELECT user_roles.role_id FROM user_roles JOIN roles"
    " ON roles.project_id = user_roles.project_id AND roles.id = user_roles.role_id"
    " WHERE user_roles.project_id = $1 AND user_roles.user_id = $2 AND roles.deleted = 0"};
constexpr SqlStatement kRemoveUserRole{
    "DELETE FROM user_roles WHERE project_id = $1 AND user_id = $2 AND role_id = $3"};
constexpr SqlStatement kRemoveUserRoles{
    "DELETE FROM user_roles WHERE project_id = $1 AND user_id = $2"};
constexpr SqlStatement kAddUserRole{
    "INSERT INTO user_roles (project_id, user_id, role_id, assigned_at_version)"
    " SELECT users.project_id, users.id, roles.id," PTKL_ASSIGNED_AT_VERSION
    " FROM users JOIN roles ON roles.project_id = users.project_id"
    " JOIN projects ON projects.id = users.project_id"
    " WHERE users.project_id = $1 AND users.id = $2 AND roles.id = $3 AND roles.deleted = 0"};
constexpr SqlStatement kRemoveSessions{
    "DELETE FROM sessions WHERE project_id = $1 AND user_id = $2"};
constexpr SqlStatement kEraseUser{"DELETE FROM users WHERE project_id = $1 AND id = $2"};
constexpr SqlStatement kReplaceInvitation{
    "UPDATE users SET version = $3, updated_at = $4, invitation_hash = $5, inviter_kind = $6,"
    " inviter_id = $7, invitation_expires_at = $8"
    " WHERE project_id = $1 AND id = $2 AND invitation_hash IS NOT NULL"};
constexpr SqlStatement kAcceptInvitation{
    "UPDATE users SET version = $3, updated_at = $4, password_hash = $5, invitation_hash = NULL,"
    " inviter_kind = NULL, inviter_id = NULL, invitation_expires_at = NULL"
    " WHERE project_id = $1 AND id = $2 AND invitation_hash IS NOT NULL"};
constexpr SqlStatement kFindInvited{
    "SELECT " PTKL_PROJECT_COLUMNS ", " PTKL_USER_COLUMNS
    ", users.invitation_hash, users.inviter_kind, users.inviter_id, users.invitation_expires_at"
    " FROM users JOIN projects ON projects.id = users.project_id WHERE users.invitation_hash = $1"};
// Every step of the join goes through a unique key: one row, whatever the size of the tables.
constexpr SqlStatement kFindLogin{
    "SELECT " PTKL_PROJECT_COLUMNS ", " PTKL_USER_COLUMNS
    ", users.password_hash, " PTKL_SIGNING_KEY_COLUMNS
    " FROM projects JOIN users ON users.project_id = projects.id AND users.email = $2"
    " JOIN signing_keys ON signing_keys.project_id = projects.id AND signing_keys.active = 1"
    " WHERE projects.name = $1"};
constexpr SqlStatement kRecordSignIn{
    "UPDATE users SET last_sign_in_at = $3, last_sign_in_from = $4, password_hash = $5"
    " WHERE project_id = $1 AND id = $2"};

constexpr const char* kMissingUser = "no such user";
constexpr const char* kNotInvited = "no such user, or the user has no invitation";

Result<Invitation> read_invitation(ColumnReader& columns) {
  const auto hash = columns.parsed(parse_digest);
  const auto inviter_kind = columns.parsed(parse_principal_kind);
  const auto inviter = columns.parsed(Uuid::parse);
  const Timestamp expires_at = columns.time();
  if (!columns.ok()) return columns.failure();
  return Invitation{*hash, *inviter_kind, *inviter, expires_at};
}

Result<InvitedUser> read_invited(ColumnReader& columns) {
  auto project = read_project(columns);
  if (!project) return failed(project);
  auto user = read_user(columns);
  if (!user) return failed(user);
  const auto invitation = read_invitation(columns);
  if (!invitation) return failed(invitation);
  return InvitedUser{std::move(*project), std::move(*user), *invitation};
}

Result<UserCredential> read_user_credential(ColumnReader& columns) {
  auto project = read_project(columns);
  if (!project) return failed(project);
  auto user = read_user(columns);
  if (!user) return failed(user);
  std::string password_hash = columns.text();
  auto signing_key = read_signing_key(columns, project->id);
  if (!signing_key) return failed(signing_key);
  return UserCredential{std::move(*project), std::move(*user), std::move(password_hash),
                        std::move(*signing_key)};
}

/// The roles of `users`, which are sorted by id, in one statement.
Result<std::vector<UserDetails>> with_roles(SqlConnection& connection, const Uuid& project,
                                            std::vector<User> users) {
  std::vector<UserDetails> details;
  if (users.empty()) return details;
  details.reserve(users.size());
  std::map<Uuid, UserDetails*> by_id;
  for (User& user : users) {
    details.push_back({std::move(user), {}});
    by_id.emplace(details.back().user.id, &details.back());
  }
  auto rows =
      find_all(connection, kListUserRoles,
               {project.text(), details.front().user.id.text(), details.back().user.id.text()},
               read_held_role);
  if (!rows) return failed(rows);
  for (HeldRole& row : *rows) {
    const auto holder = by_id.find(row.holder);
    if (holder == by_id.end()) continue;
    if (row.role) {
      holder->second->roles.push_back(std::move(*row.role));
    } else {
      // Counts as a change of the user before a step stores it.
      ++holder->second->user.version;
    }
  }
  for (UserDetails& user : details) sort_by_name(user.roles);
  return details;
}

}  // namespace

Result<void> SqlUserRepository::insert(const Uuid& project, const User& user,
                                       const Invitation& invitation) {
  return insert_one(connection_, kInsertUser,
                    {project.text(), user.id.text(), user.email.text(), user.version,
                     to_unix_millis(user.created_at), to_unix_millis(user.updated_at),
                     to_base64url(invitation.hash), to_text(invitation.inviter_kind),
                     invitation.inviter.text(), to_unix_millis(invitation.expires_at)},
                    "the email is taken");
}

Result<std::optional<UserDetails>> SqlUserRepository::find(const Uuid& project, const Uuid& id) {
  auto users = find_all(connection_, kFindUser, {project.text(), id.text()}, read_user);
  if (!users) return failed(users);
  auto details = with_roles(connection_, project, std::move(*users));
  if (!details) return failed(details);
  if (details->empty()) return std::optional<UserDetails>();
  return std::optional<UserDetails>(std::move(details->front()));
}

Result<std::optional<Uuid>> SqlUserRepository::find_id(const Uuid& project, const Email& email) {
  return find_one(connection_, kFindUserId, {project.text(), email.text()}, read_id);
}

Result<Page<UserDetails>> SqlUserRepository::list(const Uuid& project, const PageRequest& page) {
  auto users = find_all(connection_, kListUsers,
                        {project.text(), key_before(page), row_limit(page)}, read_user);
  if (!users) return failed(users);
  auto cut = cut_page(std::move(*users), page, [](const User& user) { return user.id; });
  auto details = with_roles(connection_, project, std::move(cut.items));
  if (!details) return failed(details);
  return Page<UserDetails>{std::move(*details), cut.next};
}

Result<void> SqlUserRepository::replace_roles(const Uuid& project, const Uuid& id,
                                              std::span<const Uuid> roles) {
  return replace_role_rows(connection_,
                           {.list = kListUserRoleIds,
                            .remove = kRemoveUserRole,
                            .add = kAddUserRole,
                            .missing = "no such user or role"},
                           {project, id, roles});
}

Result<void> SqlUserRepository::erase(const Uuid& project, const Uuid& id) {
  const std::string project_id = project.text();
  const std::string user_id = id.text();
  auto removed = execute(connection_, kRemoveUserRoles, {project_id, user_id});
  if (removed) removed = execute(connection_, kRemoveSessions, {project_id, user_id});
  if (!removed) return removed;
  return change_one(connection_, kEraseUser, {project_id, user_id}, kMissingUser);
}

Result<void> SqlUserRepository::replace_invitation(const Uuid& project, const User& user,
                                                   const Invitation& invitation) {
  return change_one(connection_, kReplaceInvitation,
                    {project.text(), user.id.text(), user.version, to_unix_millis(user.updated_at),
                     to_base64url(invitation.hash), to_text(invitation.inviter_kind),
                     invitation.inviter.text(), to_unix_millis(invitation.expires_at)},
                    kNotInvited);
}

Result<void> SqlUserRepository::accept_invitation(const Uuid& project, const User& user,
                                                  const std::string& password_hash) {
  return change_one(connection_, kAcceptInvitation,
                    {project.text(), user.id.text(), user.version, to_unix_millis(user.updated_at),
                     password_hash},
                    kNotInvited);
}

Result<std::optional<InvitedUser>> SqlUserRepository::find_invited(const Digest& hash) {
  return find_one(connection_, kFindInvited, {to_base64url(hash)}, read_invited);
}

Result<std::optional<UserCredential>> SqlUserRepository::find_user_credential(
    const ProjectName& project, const Email& email) {
  return find_one(connection_, kFindLogin, {project.text(), email.text()}, read_user_credential);
}

Result<void> SqlUserRepository::record_login(const Uuid& project, const User& user,
                                             const std::string& password_hash) {
  return change_one(connection_, kRecordSignIn,
                    {project.text(), user.id.text(), to_parameter(user.last_login_at),
                     user.last_login_from, password_hash},
                    kMissingUser);
}

}  // namespace ptkl::storage

#include "storage/sql/repositories.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kInsertProject{
    "INSERT INTO projects (id, name, token_lifetime_seconds, resources, claimed_slots, created_at,"
    " signing_algorithm) VALUES ($1, $2, $3, $4, 0, $5, $6) ON CONFLICT DO NOTHING"};
constexpr SqlStatement kFindProject{"SELECT " PTKL_PROJECT_COLUMNS
                                    " FROM projects WHERE name = $1"};
constexpr SqlStatement kListProjects{"SELECT " PTKL_PROJECT_COLUMNS " FROM projects ORDER BY id"};
constexpr SqlStatement kUpdateProject{"UPDATE projects SET signing_algorithm = $2 WHERE id = $1"};
// Changes nothing. In PostgreSQL, a serializable transaction whose snapshot is older than its lock fails here, and
// starts over.
constexpr SqlStatement kLockProject{"UPDATE projects SET created_at = created_at WHERE id = $1"};

// MAX of two values is GREATEST in PostgreSQL.
constexpr SqlStatement kAdvanceRightsVersion{
    "UPDATE projects SET rights_version = CASE WHEN rights_version < $2 THEN $2"
    " ELSE rights_version + 1 END WHERE id = $1"};
constexpr SqlStatement kFindRightsVersion{"SELECT rights_version FROM projects WHERE id = $1"};

}  // namespace

Result<void> SqlProjectRepository::insert(const Project& project) {
  return insert_one(connection_, kInsertProject,
                    {project.id.text(), project.name.text(), project.token_lifetime.count(),
                     project.resources.text(), to_unix_millis(project.created_at),
                     to_text(project.signing_algorithm)},
                    "the project's name is taken");
}

Result<std::optional<Project>> SqlProjectRepository::find(const ProjectName& name) {
  return find_one(connection_, kFindProject, {name.text()}, read_project);
}

Result<std::vector<Project>> SqlProjectRepository::list() {
  return find_all(connection_, kListProjects, {}, read_project);
}

Result<void> SqlProjectRepository::update(const Project& project) {
  return change_one(connection_, kUpdateProject,
                    {project.id.text(), to_text(project.signing_algorithm)}, "no such project");
}

Result<void> SqlProjectRepository::lock_project(const Uuid& project) {
  // A transaction that waits for the row itself has its snapshot already, and would have to start over.
  if (auto locked = connection_.lock(project.text()); !locked) return locked;
  return change_one(connection_, kLockProject, {project.text()}, "no such project");
}

Result<std::int64_t> SqlProjectRepository::advance_rights_version(const Uuid& project,
                                                                  Timestamp now) {
  auto advanced = change_one(connection_, kAdvanceRightsVersion,
                             {project.text(), to_unix_millis(now)}, "no such project");
  if (!advanced) return failed(advanced);
  return find_integer(connection_, kFindRightsVersion, {project.text()});
}

}  // namespace ptkl::storage

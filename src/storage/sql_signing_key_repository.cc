#include "storage/sql_repositories.h"
#include "storage/sql_rows.h"

namespace ptkl::storage {
namespace {

// The first key of a project signs. One that comes later is published before it may.
constexpr SqlStatement kInsert{
    "INSERT INTO signing_keys"
    " (project_id, kid, algorithm, wrapped_key, public_jwk, active, created_at)"
    " VALUES ($1, $2, $3, $4, $5,"
    " CASE WHEN EXISTS (SELECT 1 FROM signing_keys WHERE project_id = $1 AND active = 1)"
    " THEN 0 ELSE 1 END, $6)"};
constexpr SqlStatement kFind{"SELECT " PTKL_SIGNING_KEY_COLUMNS
                             " FROM signing_keys WHERE project_id = $1 AND kid = $2"};
constexpr SqlStatement kList{
    "SELECT " PTKL_SIGNING_KEY_COLUMNS
    " FROM signing_keys WHERE project_id = $1 ORDER BY active DESC, created_at DESC, kid"};

}  // namespace

Result<void> SqlSigningKeyRepository::insert(const SigningKey& key) {
  return insert_one(connection_, kInsert,
                    {key.project.text(), key.kid, to_text(key.algorithm), key.wrapped_key,
                     key.public_jwk, to_unix_millis(key.created_at)},
                    "the project has a signing key of that id");
}

Result<std::optional<SigningKey>> SqlSigningKeyRepository::find(const Uuid& project,
                                                                std::string_view kid) {
  return find_one(connection_, kFind, {project.text(), kid},
                  [&](ColumnReader& columns) { return read_signing_key(columns, project); });
}

Result<std::vector<SigningKey>> SqlSigningKeyRepository::list(const Uuid& project) {
  return find_all(connection_, kList, {project.text()},
                  [&](ColumnReader& columns) { return read_signing_key(columns, project); });
}

}  // namespace ptkl::storage

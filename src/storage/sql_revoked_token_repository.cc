#include "storage/sql_repositories.h"
#include "storage/sql_rows.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kInsert{
    "INSERT INTO revoked_tokens (project_id, jti, expires_at) VALUES ($1, $2, $3)"
    " ON CONFLICT DO NOTHING"};
constexpr SqlStatement kErase{
    "DELETE FROM revoked_tokens WHERE (project_id, jti) IN (SELECT project_id, jti"
    " FROM revoked_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)"};

}  // namespace

Result<void> SqlRevokedTokenRepository::insert(const Uuid& project, const Uuid& token,
                                               Timestamp expires_at) {
  return execute(connection_, kInsert, {project.text(), token.text(), to_unix_millis(expires_at)});
}

Result<std::int64_t> SqlRevokedTokenRepository::erase_expired(Timestamp now, std::int64_t limit) {
  return change(connection_, kErase, {to_unix_millis(now), limit});
}

}  // namespace ptkl::storage

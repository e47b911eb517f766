#include "storage/sql/repositories.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kInsertRevokedToken{
    "INSERT INTO revoked_tokens (project_id, jti, slot, expires_at) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT DO NOTHING"};
constexpr SqlStatement kCountRevokedTokens{
    "SELECT COUNT(*) FROM revoked_tokens WHERE project_id = $1 AND slot = $2"};
constexpr SqlStatement kEraseRevokedToken{
    "DELETE FROM revoked_tokens WHERE project_id = $1 AND slot = $2"};
constexpr SqlStatement kEraseExpiredRevokedTokens{
    "DELETE FROM revoked_tokens WHERE (project_id, jti) IN (SELECT project_id, jti"
    " FROM revoked_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)"};

}  // namespace

Result<void> SqlRevokedTokenRepository::insert(const Uuid& project, const RevokedToken& token) {
  return execute(
      connection_, kInsertRevokedToken,
      {project.text(), token.id.text(), token.slot.number, to_unix_millis(token.expires_at)});
}

Result<std::int64_t> SqlRevokedTokenRepository::count(const Uuid& project, StatusSlot slot) {
  return find_integer(connection_, kCountRevokedTokens, {project.text(), slot.number});
}

Result<void> SqlRevokedTokenRepository::erase(const Uuid& project, StatusSlot slot) {
  return execute(connection_, kEraseRevokedToken, {project.text(), slot.number});
}

Result<std::int64_t> SqlRevokedTokenRepository::erase_expired(Timestamp now, std::int64_t limit) {
  return change(connection_, kEraseExpiredRevokedTokens, {to_unix_millis(now), limit});
}

}  // namespace ptkl::storage

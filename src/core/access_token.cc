#include "core/access_token.h"

namespace ptkl {

Result<void> check_claims(const AccessToken& token, std::string_view issuer, std::int64_t now) {
  if (token.issuer != issuer) {
    return failure(ErrorCode::unauthenticated, "the token is from another issuer");
  }
  if (token.audience != issuer) {
    return failure(ErrorCode::unauthenticated, "the token is meant for another audience");
  }
  if (token.expires_at <= now) return failure(ErrorCode::unauthenticated, "the token has expired");
  return {};
}

}  // namespace ptkl

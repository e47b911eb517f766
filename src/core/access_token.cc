#include "core/access_token.h"

namespace ptkl {

Result<void> check_claims(const AccessToken& token, std::string_view issuer, std::int64_t now) {
  if (token.issuer != issuer) {
    return failure(ErrorCode::unauthenticated, "the token was issued by another issuer");
  }
  if (token.expires_at <= now) return failure(ErrorCode::unauthenticated, "the token has expired");
  return {};
}

Result<void> check_audience(const AccessToken& token, std::string_view audience) {
  if (token.audience == audience) return {};
  return failure(ErrorCode::unauthenticated, "the token was issued for another audience");
}

}  // namespace ptkl

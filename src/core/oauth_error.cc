#include "core/oauth_error.h"

namespace ptkl {

std::string_view to_text(OAuthErrorCode code) {
  switch (code) {
    case OAuthErrorCode::invalid_request:
      return "invalid_request";
    case OAuthErrorCode::invalid_client:
      return "invalid_client";
    case OAuthErrorCode::unsupported_grant_type:
      return "unsupported_grant_type";
    case OAuthErrorCode::invalid_scope:
      return "invalid_scope";
    case OAuthErrorCode::invalid_target:
      return "invalid_target";
    case OAuthErrorCode::invalid_token:
      return "invalid_token";
    case OAuthErrorCode::insufficient_scope:
      return "insufficient_scope";
    case OAuthErrorCode::server_error:
      return "server_error";
    case OAuthErrorCode::temporarily_unavailable:
      return "temporarily_unavailable";
  }
  return "";
}

}  // namespace ptkl

// The grants of the token endpoint (RFC 6749 §1.3): one table, which the metadata document lists too.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "app/oauth/client_auth/client_authentication.h"
#include "core/permission.h"

namespace ptkl::app {

/// As the endpoint read it: each parameter at most once, the client authenticated in one way only. A
/// parameter without a value counts as absent (RFC 6749 §3.1).
struct TokenRequest {
  ClaimedClient client;
  ClientProof proof;
  std::string grant_type;
  std::optional<std::string> scope;     ///< space-separated; absent: all that the client holds
  std::optional<std::string> resource;  ///< RFC 8707; absent: the issuer
};

/// What differs from one grant to another. The steps that they share are issue_token().
struct Grant {
  std::string_view grant_type;
  /// Authenticates the client and takes the proof out of the request.
  OAuthResult<AuthenticatedClient> (*authenticate)(const AppContext& context,
                                                   TokenRequest& request);
  /// The scope of the token, given what the request asks for and what the client holds; nothing when
  /// the request asks for more than the grant allows.
  std::optional<std::string> (*select_scope)(const std::optional<std::string>& requested,
                                             const PermissionSet& held);
};

std::span<const Grant> supported_grants();

/// Null for an unknown type.
const Grant* find_grant(std::string_view grant_type);

}  // namespace ptkl::app

// The table of the grants that the token endpoint supports (RFC 6749 §1.3). The metadata document lists it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "app/oauth/client_auth/client_authentication.h"
#include "core/permission.h"

namespace ptkl::app {

/// The request as the endpoint parsed it: each parameter at most once, and one way of client authentication
/// only. A parameter without a value counts as absent (RFC 6749 §3.1).
struct TokenRequest {
  ClaimedClient client;
  ClientProof proof;
  std::string grant_type;
  std::optional<std::string> scope;     ///< space-separated; absent: all that the client holds
  std::optional<std::string> resource;  ///< RFC 8707; absent: the issuer
};

/// What differs between the grants. issue_token() has the steps that they share.
struct Grant {
  std::string_view grant_type;
  /// Authenticates the client and takes the proof out of the request.
  OAuthResult<AuthenticatedClient> (*authenticate)(const AppContext& context,
                                                   TokenRequest& request);
  /// Returns the scope of the token, from the requested scope and the permissions that the client holds;
  /// absent if the requested scope exceeds what the grant allows.
  std::optional<std::string> (*select_scope)(const std::optional<std::string>& requested,
                                             const PermissionSet& held);
};

std::span<const Grant> supported_grants();

/// Null for an unknown type.
const Grant* find_grant(std::string_view grant_type);

}  // namespace ptkl::app

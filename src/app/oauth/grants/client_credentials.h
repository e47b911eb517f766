// The client credentials grant (RFC 6749 §4.4): the client's own credential is the authorization.
#pragma once

#include "app/oauth/grants/grant.h"

namespace ptkl::app {

/// As authenticate_client().
OAuthResult<AuthenticatedClient> authenticate_with_client_credentials(const AppContext& context,
                                                                      TokenRequest& request);

/// Returns all permissions that the client holds, or the requested part of them; absent if the
/// request exceeds them.
std::optional<std::string> select_scope_of_client(const std::optional<std::string>& requested,
                                                  const PermissionSet& held);

}  // namespace ptkl::app

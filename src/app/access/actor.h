// The caller of our own API and its permissions. They follow from its roles as they are now, never
// from the claims of its token.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/access/context.h"
#include "core/client.h"
#include "core/principal.h"
#include "core/project.h"
#include "core/role.h"

namespace ptkl::app {

/// The caller of one request.
struct Actor {
  Project project;
  Principal principal;
  std::vector<Role> roles;
  Grants grants;
  std::string credential;  ///< id of the secret or session that the token was issued for
  Timestamp token_expires_at;
  TokenReference token;
  RequestOrigin origin;

  Initiator initiator() const { return {principal, credential, origin}; }
};

/// The union of what these roles give.
Grants grants_of(const std::vector<Role>& roles);

/// Validates a bearer token (RFC 6750) with validate_token(), and checks that its audience is our own
/// API.
/// Errors: unauthenticated.
Result<Actor> authenticate(const AppContext& context, std::string_view project,
                           std::string_view token, RequestOrigin origin = {});

/// Requires: `permission` is a valid permission.
/// Errors: permission_denied, naming the permission, unless it is among `grants`.
Result<void> require(const Grants& grants, std::string_view permission);
Result<void> require(const Actor& actor, std::string_view permission);

/// Repeats authentication and authorization inside the transaction of the change, since the actor may
/// have lost the permission, or rights that it is about to give, in between. Returns the current
/// grants of the actor.
/// Errors: unauthenticated, permission_denied.
Result<Grants> require_now(Transaction& transaction, const Actor& actor,
                           std::string_view permission);

}  // namespace ptkl::app

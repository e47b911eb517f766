// Who is calling our own API, and what they may do: by their roles as they are now, never by what
// the token says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/access/context.h"
#include "core/client.h"
#include "core/initiator.h"
#include "core/project.h"
#include "core/role.h"

namespace ptkl::app {

/// The caller of one request.
struct Actor {
  Project project;
  Principal principal;
  std::vector<Role> roles;
  Grants grants;
  std::string credential;  ///< the id of the secret or session that the token comes from
  Timestamp token_expires_at;
  TokenReference token;
  RequestOrigin origin;

  Initiator initiator() const { return {principal, credential, origin}; }
};

/// What these roles give together.
Grants grants_of(const std::vector<Role>& roles);

/// Checks the bearer token (RFC 6750) as validate_token() does, and that it is meant for us. Fails
/// with unauthenticated.
Result<Actor> authenticate(const AppContext& context, std::string_view project,
                           std::string_view token, RequestOrigin origin = {});

/// Fails with permission_denied, naming the permission, unless it is among `grants`.
Result<void> require(const Grants& grants, std::string_view permission);
Result<void> require(const Actor& actor, std::string_view permission);

/// Asks both questions again, inside the transaction that makes the change: an edit that came in
/// between may have taken from the actor what it is about to use or give. Returns what the actor
/// holds now. Fails with unauthenticated or permission_denied.
Result<Grants> require_now(Transaction& transaction, const Actor& actor,
                           std::string_view permission);

}  // namespace ptkl::app

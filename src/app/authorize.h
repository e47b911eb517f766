// Who is calling our own API, and what they may do: by their roles as they are now, never by what
// the token says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/ports.h"
#include "core/api_user.h"
#include "core/credential.h"
#include "core/project.h"

namespace ptkl::app {

/// The caller of one request.
struct Actor {
  Project project;
  ApiUser user;
  std::vector<Role> roles;
  Grants grants;
  Timestamp token_expires_at;
  TokenReference token;
};

/// What these roles give together.
Grants grants_of(const std::vector<Role>& roles);

/// Checks the bearer token (RFC 6750) as find_live_token() does, and that it is meant for us. Fails
/// with unauthenticated.
Result<Actor> authenticate(const Ports& ports, std::string_view project, std::string_view token);

/// Fails with permission_denied, naming the permission, unless it is among `grants`.
Result<void> require(const Grants& grants, std::string_view permission);
Result<void> require(const Actor& actor, std::string_view permission);

/// Asks both questions again, inside the transaction that makes the change: an edit that came in
/// between may have taken from the actor what it is about to use or give. Returns what the actor
/// holds now. Fails with unauthenticated or permission_denied.
Result<Grants> require_now(Transaction& transaction, const Actor& actor,
                           std::string_view permission);

}  // namespace ptkl::app

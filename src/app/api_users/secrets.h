// The use cases of secret management.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "app/api_users/api_users.h"
#include "app/api_users/revocation_report.h"
#include "core/secret_requests.h"

namespace ptkl::app {

// The bounds of CreateSecret: overlap 0 to kMaxOverlap, idleness kMinIdleness to the overlap, lifetime
// kMinSecretLifetime to kMaxSecretLifetime.
inline constexpr std::chrono::seconds kMaxOverlap = std::chrono::days(30);
inline constexpr std::chrono::seconds kMinIdleness = std::chrono::minutes(1);
inline constexpr std::chrono::seconds kMinSecretLifetime = std::chrono::minutes(1);
inline constexpr std::chrono::seconds kMaxSecretLifetime = std::chrono::days(3653);

/// Requires `api-users.read`. Newest first.
/// Errors: not_found, permission_denied.
Result<std::vector<ClientCredential>> list_secrets(const AppContext& context, const Actor& actor,
                                                   const Uuid& api_user);

/// Requires `api-users.secrets`, and what check_may_assign() requires for all rights of the API user.
/// Without overlap, all earlier secrets and their tokens are revoked in the same transaction. With overlap,
/// the current secret stays valid until the overlap ends, and secrets that overlap already keep their own
/// end, which may be earlier or later.
/// Errors: not_found; permission_denied; invalid_argument for values out of bounds; conflict if there would
/// be more than kMaxLiveSecrets, if the API user is disabled, and if the last owner's secret would expire.
Result<CreatedSecret> create_secret(const AppContext& context, const Actor& actor,
                                    const Uuid& api_user, const CreateSecret& request);

/// Requires `api-users.secrets`. Revokes all live secrets and their tokens immediately, also of an API user
/// with more rights than the caller, so that a leaked secret can be revoked without an administrator.
/// Returns the revoked secrets, newest first; none is a success, too. Their last uses are as
/// report_revoked() returns them.
/// Errors: not_found, permission_denied, precondition_failed, conflict for the last owner.
Result<std::vector<RevokedSecret>> revoke_secrets(const AppContext& context, const Actor& actor,
                                                  const Uuid& api_user,
                                                  ExpectedVersion expected = {});

/// As revoke_secrets(), for one secret. Idempotent: returns none if the secret is revoked already.
/// Errors: also not_found if the API user has no such secret.
Result<std::vector<RevokedSecret>> revoke_secret(const AppContext& context, const Actor& actor,
                                                 const Uuid& api_user, const CredentialId& id,
                                                 ExpectedVersion expected = {});

}  // namespace ptkl::app

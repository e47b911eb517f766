// The use cases around the secrets of an API user. All need `api-users.secrets`, but for the list.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "app/api_users/api_users.h"
#include "app/api_users/revocation_report.h"
#include "core/secret_requests.h"

namespace ptkl::app {

/// Overlap 0 to 30 days, idleness 1 minute to the overlap, expiry 1 minute to 10 years.
inline constexpr std::chrono::seconds kMaxOverlap = std::chrono::days(30);
inline constexpr std::chrono::seconds kMinIdleness = std::chrono::minutes(1);
inline constexpr std::chrono::seconds kMinSecretLifetime = std::chrono::minutes(1);
inline constexpr std::chrono::seconds kMaxSecretLifetime = std::chrono::days(3653);

/// `api-users.read`. Newest first.
Result<std::vector<ClientCredential>> list_secrets(const AppContext& context, const Actor& actor,
                                                   const Uuid& api_user);

/// Also requires what check_may_give() requires for all that the API user has. Without overlap
/// every earlier secret and its tokens end in the same transaction. With it the current one works
/// until then, and one that was overlapping already keeps its own, earlier or later, end. conflict
/// past kMaxLiveSecrets, when the API user is disabled, and when the last owner's would expire.
Result<CreatedSecret> make_secret(const AppContext& context, const Actor& actor,
                                  const Uuid& api_user, const CreateSecret& wanted);

/// Ends every live secret and its tokens at once, also of an API user that has more than the
/// caller, so that a leaked secret can be revoked without waiting for an administrator. Returns
/// those that ended, newest first; none is no failure. Their last uses are exact for this process;
/// one on another node may be a few seconds on its way to the database.
Result<std::vector<RevokedSecret>> revoke_secrets(const AppContext& context, const Actor& actor,
                                                  const Uuid& api_user,
                                                  ExpectedVersion expected = {});

/// Ends that one. May run twice. not_found when the API user has no such secret.
Result<std::vector<RevokedSecret>> revoke_secret(const AppContext& context, const Actor& actor,
                                                 const Uuid& api_user, const CredentialId& id,
                                                 ExpectedVersion expected = {});

}  // namespace ptkl::app

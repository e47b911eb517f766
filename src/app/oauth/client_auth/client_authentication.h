// Client authentication (RFC 6749 §2.3), the same for every endpoint that requires it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "app/access/auth_events.h"
#include "app/access/context.h"
#include "base/secret_string.h"
#include "core/client.h"
#include "core/oauth_error.h"
#include "core/principal.h"

namespace ptkl::app {

/// The client that a request claims to come from. Not verified yet.
struct ClaimedClient {
  std::string project;  ///< from the path
  std::string id;       ///< username or uuid; may be empty
  RequestOrigin origin;
};

/// A shared secret in the request (`client_secret_basic`, `client_secret_post`). Empty when the request
/// has none, or an Authorization header of another scheme.
struct SecretProof {
  SecretString secret;
};

/// What a client proves its identity with, one alternative for each kind of client credential that can be
/// used. A new alternative does not compile until authenticate_client() handles it.
using ClientProof = std::variant<SecretProof>;

/// How a client authenticates, for the metadata document: the names of RFC 8414 §2.
std::span<const std::string_view> client_auth_methods();

/// A client whose proof was valid. All members were read in one snapshot.
struct AuthenticatedClient {
  Timestamp at;  ///< the time of the check
  ClientRecord record;
  HeldRoles held;
};

/// Checks the proof. Writes nothing to the database, and does not record a use; the caller does so with
/// record_use(). Thread-safe.
///
/// Errors: `invalid_client` for every failure of the authentication; the reason is only in the log and the
/// metrics. `temporarily_unavailable` during a database outage.
OAuthResult<AuthenticatedClient> authenticate_client(const AppContext& context,
                                                     const ClaimedClient& client,
                                                     ClientProof proof);

/// Returns why a client with a valid proof has to be rejected: the request names another client, or the
/// client or its credential is disabled, revoked or expired at `now`. Absent for a client in good standing.
/// The same for all kinds of credentials.
std::optional<AuthFailureReason> check_standing(const ClientRecord& found,
                                                const std::string& client_id, Timestamp now);

/// Records a successful use of the credential, from the client's address.
void record_use(const AppContext& context, const ClaimedClient& client,
                const AuthenticatedClient& authenticated);

/// Reports why the request of an authenticated client is rejected. `credential` is the id of its credential.
void report_refusal(const AppContext& context, const ClaimedClient& client,
                    AuthFailureReason reason, std::string_view credential);

/// Rejects the client: counts the failure for its source address, reports the reason, and returns the error
/// for the client. `credential` is the id of a credential, or empty. Reports no text that could be a secret.
tl::unexpected<OAuthError> refuse_client(const AppContext& context, const ClaimedClient& client,
                                         AuthFailureReason reason, std::string_view credential);

/// Logs a failure of the server and returns the error for the client: `temporarily_unavailable` during a
/// database outage, otherwise `server_error`.
OAuthError report_fault(const AppContext& context, const ClaimedClient& client, const Error& error);

}  // namespace ptkl::app

// Client authentication (RFC 6749 §2.3), the same for every endpoint that requires it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/access/auth_events.h"
#include "app/access/context.h"
#include "base/secret_string.h"
#include "core/client.h"
#include "core/initiator.h"
#include "core/oauth_error.h"

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

/// A client whose proof was right. All of it was read in one snapshot.
struct AuthenticatedClient {
  Timestamp at;  ///< the time of the check
  ClientRecord record;
  std::vector<Role> roles;
};

/// Checks the proof. Writes nothing to the database and records no use: the caller does so when the
/// request is one. Thread-safe.
///
/// Errors: `invalid_client` for every proof that is wrong, whatever the reason; only the log and the
/// metrics have the reason. `temporarily_unavailable` while the database does not answer.
OAuthResult<AuthenticatedClient> authenticate_client(const AppContext& context,
                                                     const ClaimedClient& client,
                                                     ClientProof proof);

/// Why a client whose proof was right is rejected all the same: it is not the one that the request names,
/// or it or its credential is disabled, revoked or expired at `now`. For all kinds of credentials.
std::optional<AuthFailureReason> check_standing(const ClientRecord& found,
                                                const std::string& client_id, Timestamp now);

/// Records a successful use of the credential, from the client's address.
void record_use(const AppContext& context, const ClaimedClient& client,
                const AuthenticatedClient& authenticated);

/// Reports why an authenticated client's request was rejected. `credential` is the id of its credential.
void report_refusal(const AppContext& context, const ClaimedClient& client,
                    AuthFailureReason reason, std::string_view credential);

/// Rejects the client: counts the failure against its address and reports the reason. `credential` is
/// the id of a credential, and empty where there is none. Nothing reported can be a secret.
tl::unexpected<OAuthError> refuse_client(const AppContext& context, const ClaimedClient& client,
                                         AuthFailureReason reason, std::string_view credential);

/// Logs a fault of the server and returns the client's answer: `temporarily_unavailable` while the
/// database does not answer, else `server_error`.
OAuthError report_fault(const AppContext& context, const ClaimedClient& client, const Error& error);

}  // namespace ptkl::app

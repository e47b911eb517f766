// How a client proves itself with its secret: the same steps for every endpoint that asks for them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/access/auth_events.h"
#include "app/access/context.h"
#include "base/secret_string.h"
#include "core/client.h"
#include "core/initiator.h"
#include "core/oauth_error.h"

namespace ptkl::app {

/// Who a request says it is from. Not checked yet.
struct ClaimedClient {
  std::string project;  ///< from the path
  std::string id;       ///< username or uuid
  RequestOrigin origin;
};

/// A client whose secret was right, and all that was read of it in one snapshot.
struct AuthenticatedClient {
  Timestamp at;  ///< when the secret was found good
  Credential credential;
  std::vector<Role> roles;
};

/// Writes nothing to the database, and records no use: the caller does, once it is one. Every refusal
/// is the same `invalid_client`, after the same lookup and the same hash; the log tells the reason.
/// What differs is small: a secret whose form or checksum is wrong costs no lookup (anybody can
/// compute that), and where a row is found it is decoded, a few microseconds.
/// `temporarily_unavailable` when the database is.
OAuthResult<AuthenticatedClient> authenticate_client(const AppContext& context,
                                                     const ClaimedClient& client,
                                                     SecretString secret);

/// Reports why that client was refused, and nothing that may be a secret. `secret_id` may be empty.
void report_refusal(const AppContext& context, const ClaimedClient& client,
                    AuthFailureReason reason, std::string_view secret_id);

/// Logs a fault of ours, and says what the client is told of it: `temporarily_unavailable` when the
/// database does not answer, else `server_error`.
OAuthError report_fault(const AppContext& context, const ClaimedClient& client, const Error& error);

}  // namespace ptkl::app

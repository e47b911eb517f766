// Making and ending secrets and their tokens, inside a transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/access/project_transaction.h"
#include "core/client_credential.h"

namespace ptkl::app {

struct SecretTerms {
  std::string label;
  std::optional<Timestamp> expires_at;
};

struct InsertedSecret {
  Secret secret;
  ClientCredential record;
};

/// A new secret of that API user, with a status slot of its own.
Result<InsertedSecret> insert_secret(ProjectTransaction& change, const Uuid& api_user,
                                     const SecretTerms& terms);

/// The same, where the secret is made already.
Result<ClientCredential> insert_secret(ProjectTransaction& change, const Uuid& api_user,
                                       const Secret& secret, const SecretTerms& terms);

/// True while a token that this secret gave may be alive. That can be longer than the secret works:
/// a token from before the rotation knows nothing of the overlap, and lives until end_overlaps() has
/// met its secret.
bool may_have_tokens(const ClientCredential& secret, Timestamp now);

/// Ends the secret and its tokens.
Result<void> revoke(ProjectTransaction& change, ClientCredential& secret);

/// Ends every token of these secrets. Those that are live go on with a fresh slot.
Result<void> end_tokens(ProjectTransaction& change, std::vector<ClientCredential> secrets);

}  // namespace ptkl::app

// Creates and revokes client credentials and their tokens, within a transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/access/project_transaction.h"
#include "core/client_credential.h"

namespace ptkl::app {

/// The properties of a new credential that its creator chooses.
struct CredentialTerms {
  std::string label;
  std::optional<Timestamp> expires_at;
};

/// A new secret and the credential that it authenticates.
struct GeneratedSecret {
  Secret secret;
  ClientCredential record;
};

/// Creates a credential of the API user, with its own status slot, that `secret` authenticates.
Result<ClientCredential> create_credential(ProjectTransaction& change, const Uuid& api_user,
                                           const Secret& secret, const CredentialTerms& terms);

/// Generates a secret, and creates a credential as above.
Result<GeneratedSecret> generate_secret(ProjectTransaction& change, const Uuid& api_user,
                                        const CredentialTerms& terms);

/// True while a token of the credential can be valid. That can be longer than the credential itself: a
/// token that was issued before the rotation does not expire with the overlap, but stays valid until
/// end_overlaps() processes the credential.
bool may_have_tokens(const ClientCredential& credential, Timestamp now);

/// Invalidates every generation of the credential's status slot that its tokens can name, and with them its tokens.
Result<void> invalidate_slots(ProjectTransaction& change, const ClientCredential& credential);

/// Revokes the credential and all of its tokens.
Result<void> revoke_credential(ProjectTransaction& change, ClientCredential& credential);

/// Revokes all tokens of the credentials. A live credential gets a new status slot, and stays valid.
Result<void> revoke_all_tokens(ProjectTransaction& change,
                               std::vector<ClientCredential> credentials);

}  // namespace ptkl::app

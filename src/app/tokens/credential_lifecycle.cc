#include "app/tokens/credential_lifecycle.h"

#include <utility>

#include "app/tokens/status_slots.h"

namespace ptkl::app {
namespace {

/// Invalidates the generations of the slot that tokens can name while `pending` changes of the project are pending. Not
/// every one of these concerns the credential; the later generations of its slot have no other use.
Result<void> invalidate_generations(ProjectTransaction& change, const ClientCredential& credential,
                                    std::int64_t pending) {
  for (std::int64_t later = 0; later <= pending; ++later) {
    auto done =
        change.transaction.status_slots().invalidate(change.project, credential.slot.later(later));
    if (!done) return done;
  }
  return {};
}

}  // namespace

Result<ClientCredential> create_credential(ProjectTransaction& change, const Uuid& api_user,
                                           const Secret& secret, const CredentialTerms& terms) {
  const auto slot = allocate_status_slot(change);
  if (!slot) return failed(slot);
  ClientCredential credential{
      .id = secret.id(),
      .api_user = api_user,
      .verifier = SharedSecret{change.context.secret_hasher.hash(secret), secret.hint()},
      .label = terms.label,
      .slot = *slot,
      .created_at = change.now,
      .expires_at = terms.expires_at,
      .works_until = {},
      .revoked_at = {},
      .last_used_at = {},
      .last_used_from = {}};
  auto done = change.transaction.client_credentials().insert(change.project, credential);
  if (!done) return failed(done);
  return credential;
}

Result<GeneratedSecret> generate_secret(ProjectTransaction& change, const Uuid& api_user,
                                        const CredentialTerms& terms) {
  Secret secret = Secret::make(change.context.random_source);
  auto record = create_credential(change, api_user, secret, terms);
  if (!record) return failed(record);
  return GeneratedSecret{std::move(secret), std::move(*record)};
}

bool may_have_tokens(const ClientCredential& credential, Timestamp now) {
  if (credential.revoked_at) return false;
  // No token outlives expires_at, which was known when the token was issued. works_until was not.
  if (credential.expires_at && *credential.expires_at <= now) return false;
  return !credential.works_until || credential.due_at;
}

Result<void> invalidate_slots(ProjectTransaction& change, const ClientCredential& credential) {
  const auto pending = change.transaction.rights_changes().count(change.project);
  if (!pending) return failed(pending);
  return invalidate_generations(change, credential, *pending);
}

Result<void> revoke_credential(ProjectTransaction& change, ClientCredential& credential) {
  credential.revoked_at = change.now;
  credential.due_at = std::nullopt;
  auto done = change.transaction.client_credentials().update(change.project, credential);
  if (!done) return done;
  return invalidate_slots(change, credential);
}

Result<void> revoke_all_tokens(ProjectTransaction& change,
                               std::vector<ClientCredential> credentials) {
  const auto pending = change.transaction.rights_changes().count(change.project);
  if (!pending) return failed(pending);
  for (ClientCredential& credential : credentials) {
    if (!may_have_tokens(credential, change.now)) continue;
    auto done = invalidate_generations(change, credential, *pending);
    if (!done) return done;
    if (!credential.is_live(change.now)) continue;
    const auto slot = allocate_status_slot(change);
    if (!slot) return failed(slot);
    credential.slot = *slot;
    done = change.transaction.client_credentials().update(change.project, credential);
    if (!done) return done;
  }
  return {};
}

}  // namespace ptkl::app

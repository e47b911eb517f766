#include "app/tokens/credential_lifecycle.h"

#include <utility>

#include "app/tokens/status_slots.h"

namespace ptkl::app {

Result<ClientCredential> insert_secret(ProjectTransaction& change, const Uuid& api_user,
                                       const Secret& secret, const SecretTerms& terms) {
  const auto slot = allocate_status_slot(change);
  if (!slot) return failed(slot);
  ClientCredential record{
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
  if (auto done = change.transaction.client_credentials().insert(change.project, record); !done) {
    return failed(done);
  }
  return record;
}

Result<InsertedSecret> insert_secret(ProjectTransaction& change, const Uuid& api_user,
                                     const SecretTerms& terms) {
  Secret secret = Secret::make(change.context.random_source);
  auto record = insert_secret(change, api_user, secret, terms);
  if (!record) return failed(record);
  return InsertedSecret{std::move(secret), std::move(*record)};
}

bool may_have_tokens(const ClientCredential& secret, Timestamp now) {
  if (secret.revoked_at) return false;
  // No token outlives `expires_at`, for it was known when the token was made; `works_until` was
  // not.
  if (secret.expires_at && *secret.expires_at <= now) return false;
  return !secret.works_until || secret.due_at;
}

Result<void> revoke(ProjectTransaction& change, ClientCredential& secret) {
  secret.revoked_at = change.now;
  secret.due_at = std::nullopt;
  if (auto done = change.transaction.client_credentials().update(change.project, secret); !done)
    return done;
  return change.transaction.status_slots().invalidate(change.project, secret.slot);
}

Result<void> end_tokens(ProjectTransaction& change, std::vector<ClientCredential> secrets) {
  for (ClientCredential& secret : secrets) {
    if (!may_have_tokens(secret, change.now)) continue;
    auto ended = change.transaction.status_slots().invalidate(change.project, secret.slot);
    if (!ended) return ended;
    if (!secret.is_live(change.now)) continue;
    const auto fresh = allocate_status_slot(change);
    if (!fresh) return failed(fresh);
    secret.slot = *fresh;
    auto stored = change.transaction.client_credentials().update(change.project, secret);
    if (!stored) return stored;
  }
  return {};
}

}  // namespace ptkl::app

#include "app/secret_changes.h"

#include <array>
#include <utility>

namespace ptkl::app {
namespace {

/// In a list that is half full, all of these fail once in 2^64 times.
constexpr int kMaxClaims = 64;

std::int64_t random_index(SecretSource& source) {
  std::array<std::uint8_t, 4> bytes{};
  source.fill(bytes);
  std::int64_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8 | byte;
  return number % StatusSlot::kSlotsPerList;
}

Result<StatusSlot> claim_slot(ProjectChange& change) {
  auto& slots = change.transaction.status_slots();
  const auto count = slots.count(change.project);
  if (!count) return failure(count.error());
  const std::int64_t first = *count / StatusSlot::kClaimsPerList * StatusSlot::kSlotsPerList;
  for (int i = 0; i < kMaxClaims; ++i) {
    const StatusSlot slot{first + random_index(change.ports.secret_source)};
    const auto claimed = slots.claim(change.project, slot);
    if (!claimed) return failure(claimed.error());
    if (*claimed) return slot;
  }
  return failure(ErrorCode::internal, "no free status slot was found");
}

}  // namespace

Result<InsertedSecret> insert_secret(ProjectChange& change, const Uuid& api_user,
                                     const SecretTerms& terms) {
  const auto slot = claim_slot(change);
  if (!slot) return failure(slot.error());
  Secret secret = Secret::make(change.ports.secret_source);
  SecretRecord record{.id = secret.id(),
                      .api_user = api_user,
                      .hash = change.ports.secret_hasher.hash(secret),
                      .hint = secret.hint(),
                      .label = terms.label,
                      .slot = *slot,
                      .created_at = change.now,
                      .expires_at = terms.expires_at,
                      .works_until = {},
                      .revoked_at = {},
                      .last_used_at = {},
                      .last_used_from = {}};
  if (auto done = change.transaction.secrets().insert(change.project, record); !done) {
    return failure(std::move(done.error()));
  }
  return InsertedSecret{std::move(secret), std::move(record)};
}

bool may_have_tokens(const SecretRecord& secret, Timestamp now) {
  if (secret.revoked_at) return false;
  // No token outlives `expires_at`, for it was known when the token was made; `works_until` was
  // not.
  if (secret.expires_at && *secret.expires_at <= now) return false;
  return !secret.works_until || secret.due_at;
}

Result<void> revoke(ProjectChange& change, SecretRecord& secret) {
  secret.revoked_at = change.now;
  secret.due_at = std::nullopt;
  if (auto done = change.transaction.secrets().update(change.project, secret); !done) return done;
  return change.transaction.status_slots().invalidate(change.project, secret.slot);
}

Result<void> end_tokens(ProjectChange& change, std::vector<SecretRecord> secrets) {
  for (SecretRecord& secret : secrets) {
    if (!may_have_tokens(secret, change.now)) continue;
    auto ended = change.transaction.status_slots().invalidate(change.project, secret.slot);
    if (!ended) return ended;
    if (!secret.is_live(change.now)) continue;
    const auto fresh = claim_slot(change);
    if (!fresh) return failure(fresh.error());
    secret.slot = *fresh;
    auto stored = change.transaction.secrets().update(change.project, secret);
    if (!stored) return stored;
  }
  return {};
}

}  // namespace ptkl::app

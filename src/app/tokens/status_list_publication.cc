#include "app/tokens/status_list_publication.h"

#include <algorithm>
#include <vector>

#include "app/access/project_transaction.h"

namespace ptkl::app {
namespace {

// How long a verifier may use a signed list when it cannot fetch a newer one: so many times the ttl, within
// the bounds.
constexpr int kTtlsInLifetime = 60;
constexpr std::chrono::seconds kMinLifetime = std::chrono::minutes(5);
// A retired key stays published for the maximum lifetime of a token. A list that it signed last has to expire
// well before that, or verifiers could no longer check its signature.
constexpr std::chrono::seconds kMaxLifetime = kMaxTokenLifetime / 2;

/// The invalidations that a list does not include yet.
struct ListUpdate {
  StatusListState state;
  std::vector<StatusSlot> slots;
};

}  // namespace

Result<StatusListState> read_status_list_state(Transaction& transaction, Project project) {
  const auto latest = transaction.status_slots().latest_invalidation(project.id);
  if (!latest) return failed(latest);
  auto key = transaction.signing_keys().find_active(project.id);
  if (!key) return failed(key);
  if (!*key) return failure(ErrorCode::internal, "the project has no active signing key");
  return StatusListState{std::move(project), *latest, std::move(**key)};
}

Result<SignedStatusList> StatusListPublication::update(const AppContext& context,
                                                       const StatusListState& seen) {
  const MutexLock lock(mutex_);
  const Timestamp now = context.clock.now();
  if (is_current(seen, now)) return signed_;
  // `seen` may be older than the list, if another call has updated it since. The state that is read here is
  // not, so the list returns to an older key or fewer invalidations only if the database does.
  const auto state = fetch_invalidations(context, seen.project);
  if (!state) return failed(state);
  if (!is_current(*state, now)) {
    if (auto done = sign(context, *state, now); !done) return failed(done);
  }
  return signed_;
}

std::size_t StatusListPublication::memory_bytes() const {
  const MutexLock lock(mutex_);
  return sizeof(*this) + encoder_->memory_bytes() + (signed_ ? signed_->capacity() : 0);
}

Result<StatusListState> StatusListPublication::fetch_invalidations(const AppContext& context,
                                                                   const Project& project) {
  const std::int64_t known = latest_invalidation_;
  auto update = read_snapshot(context.store, [&](Transaction& transaction) -> Result<ListUpdate> {
    auto state = read_status_list_state(transaction, project);
    if (!state) return failed(state);
    const bool is_older = state->latest_invalidation < known;
    auto slots = transaction.status_slots().list_invalidated(project.id, list_,
                                                             is_older ? kNoInvalidation : known);
    if (!slots) return failed(slots);
    return ListUpdate{std::move(*state), std::move(*slots)};
  });
  if (!update) return failed(update);
  // The database was restored from a backup, or a lagging replica took over: its numbers mean other slots.
  if (update->state.latest_invalidation < latest_invalidation_) {
    encoder_ = make_encoder_();
    signed_.reset();
  }
  for (const StatusSlot& slot : update->slots) encoder_->set_invalid(slot.index());
  // Invalidations in the project's other lists do not change this one.
  if (!update->slots.empty()) signed_.reset();
  latest_invalidation_ = update->state.latest_invalidation;
  return std::move(update->state);
}

bool StatusListPublication::is_current(const StatusListState& state, Timestamp now) const {
  return signed_ != nullptr && latest_invalidation_ == state.latest_invalidation &&
         kid_ == state.active_key.kid && now < renew_at_;
}

Result<void> StatusListPublication::sign(const AppContext& context, const StatusListState& state,
                                         Timestamp now) {
  const std::string issuer = issuer_of(context.public_url, state.project.name);
  const std::chrono::seconds lifetime =
      std::clamp(ttl_ * kTtlsInLifetime, kMinLifetime, kMaxLifetime);
  const StatusListToken token{.issuer = issuer,
                              .subject = StatusSlot{list_ * StatusSlot::kSlotsPerList}.uri(issuer),
                              .issued_at = to_unix_seconds(now),
                              .expires_at = to_unix_seconds(now + lifetime),
                              .ttl = ttl_.count(),
                              .list = encoder_->encode()};
  auto text = context.token_signer.sign(state.active_key, token);
  if (!text) return failed(text);
  signed_ = std::make_shared<const std::string>(std::move(*text));
  kid_ = state.active_key.kid;
  renew_at_ = now + lifetime / 2;
  return {};
}

}  // namespace ptkl::app

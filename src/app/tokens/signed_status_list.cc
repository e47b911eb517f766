#include "app/tokens/signed_status_list.h"

#include <algorithm>
#include <vector>

#include "app/access/project_transaction.h"

namespace ptkl::app {
namespace {

/// How long a signed list may be used where no newer one can be had.
constexpr int kTtlsInLifetime = 60;
constexpr std::chrono::seconds kMinLifetime = std::chrono::minutes(5);
// A key that retires is published for as long as a token may live. A list that it signed at its last
// moment must end well before that, or verifiers could not check it any more.
constexpr std::chrono::seconds kMaxLifetime = kMaxTokenLifetime / 2;

/// What a list does not know yet.
struct News {
  StatusListState state;
  std::vector<StatusSlot> slots;
};

}  // namespace

Result<StatusListState> read_status_list_state(Transaction& transaction, Project project) {
  const auto latest = transaction.status_slots().latest_invalidation(project.id);
  if (!latest) return failed(latest);
  auto key = transaction.signing_keys().find_active(project.id);
  if (!key) return failed(key);
  if (!*key) return failure(ErrorCode::internal, "the project has no key to sign with");
  return StatusListState{std::move(project), *latest, std::move(**key)};
}

Result<SignedStatusList> StatusListPublication::bring_up_to_date(const AppContext& context,
                                                                 const StatusListState& seen) {
  const MutexLock lock(mutex_);
  const Timestamp now = context.clock.now();
  if (is_good(seen, now)) return signed_;
  // `seen` may be older than what another call has brought the list to. What is read here is not, so
  // that the list goes back to an older key or to fewer invalidations only when the database does.
  const auto state = catch_up(context, seen.project);
  if (!state) return failed(state);
  if (!is_good(*state, now)) {
    if (auto done = sign(context, *state, now); !done) return failed(done);
  }
  return signed_;
}

std::size_t StatusListPublication::memory_bytes() const {
  const MutexLock lock(mutex_);
  return sizeof(*this) + bits_->memory_bytes() + (signed_ ? signed_->capacity() : 0);
}

Result<StatusListState> StatusListPublication::catch_up(const AppContext& context,
                                                        const Project& project) {
  const std::int64_t known = latest_invalidation_;
  auto news = read_snapshot(context.store, [&](Transaction& transaction) -> Result<News> {
    auto state = read_status_list_state(transaction, project);
    if (!state) return failed(state);
    const bool went_back = state->latest_invalidation < known;
    auto slots = transaction.status_slots().list_invalidated(project.id, list_,
                                                             went_back ? kNoInvalidation : known);
    if (!slots) return failed(slots);
    return News{std::move(*state), std::move(*slots)};
  });
  if (!news) return failed(news);
  // Restored from a backup, or a replica that lagged and took over: its numbers mean other slots.
  if (news->state.latest_invalidation < latest_invalidation_) {
    bits_ = make_bits_();
    signed_.reset();
  }
  for (const StatusSlot& slot : news->slots) bits_->set_invalid(slot.index());
  // Those of the project's other lists leave this one as it is.
  if (!news->slots.empty()) signed_.reset();
  latest_invalidation_ = news->state.latest_invalidation;
  return std::move(news->state);
}

bool StatusListPublication::is_good(const StatusListState& state, Timestamp now) const {
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
                              .list = bits_->encode()};
  auto text = context.token_signer.sign(state.active_key, token);
  if (!text) return failed(text);
  signed_ = std::make_shared<const std::string>(std::move(*text));
  kid_ = state.active_key.kid;
  renew_at_ = now + lifetime / 2;
  return {};
}

}  // namespace ptkl::app

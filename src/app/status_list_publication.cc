#include "app/status_list_publication.h"

#include <algorithm>
#include <vector>

#include "app/project_change.h"

namespace ptkl::app {
namespace {

/// How long a signed list may be used where no newer one can be had.
constexpr int kTtlsInLifetime = 60;
constexpr std::chrono::seconds kMinLifetime = std::chrono::minutes(5);

struct Invalidations {
  std::int64_t latest;
  std::vector<StatusSlot> slots;
};

}  // namespace

Result<SignedStatusList> StatusListPublication::bring_up_to_date(const Ports& ports,
                                                                 const StatusListState& state) {
  const std::lock_guard lock(mutex_);
  if (latest_invalidation_ < state.latest_invalidation) {
    if (auto read = read_new_invalidations(ports, state.project.id); !read) {
      return failure(std::move(read.error()));
    }
  }
  const Timestamp now = ports.clock.now();
  if (!is_good(state, now)) {
    if (auto done = sign(ports, state, now); !done) return failure(std::move(done.error()));
  }
  return signed_;
}

Result<void> StatusListPublication::read_new_invalidations(const Ports& ports,
                                                           const Uuid& project) {
  const auto news =
      read_snapshot(ports.store, [&](Transaction& transaction) -> Result<Invalidations> {
        auto& slots = transaction.status_slots();
        const auto latest = slots.latest_invalidation(project);
        if (!latest) return failure(latest.error());
        auto invalidated = slots.list_invalidated(project, list_, latest_invalidation_);
        if (!invalidated) return failure(std::move(invalidated.error()));
        return Invalidations{*latest, std::move(*invalidated)};
      });
  if (!news) return failure(news.error());
  for (const StatusSlot& slot : news->slots) bits_->set_invalid(slot.index());
  // Those of the project's other lists leave this one as it is.
  if (!news->slots.empty()) signed_.reset();
  latest_invalidation_ = news->latest;
  return {};
}

bool StatusListPublication::is_good(const StatusListState& state, Timestamp now) const {
  return signed_ != nullptr && kid_ == state.active_key.kid && now < renew_at_;
}

Result<void> StatusListPublication::sign(const Ports& ports, const StatusListState& state,
                                         Timestamp now) {
  const std::string issuer = issuer_of(ports.public_url, state.project.name);
  const std::chrono::seconds lifetime = std::max(kMinLifetime, ttl_ * kTtlsInLifetime);
  const StatusListToken token{.issuer = issuer,
                              .subject = StatusSlot{list_ * StatusSlot::kSlotsPerList}.uri(issuer),
                              .issued_at = to_unix_seconds(now),
                              .expires_at = to_unix_seconds(now + lifetime),
                              .ttl = ttl_.count(),
                              .list = bits_->encode()};
  auto text = ports.token_signer.sign(state.active_key, token);
  if (!text) return failure(std::move(text.error()));
  signed_ = std::make_shared<const std::string>(std::move(*text));
  kid_ = state.active_key.kid;
  renew_at_ = now + lifetime / 2;
  return {};
}

}  // namespace ptkl::app

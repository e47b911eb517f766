// One signed status list of a project, which is updated when it is requested.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "app/access/context.h"
#include "base/mutex.h"
#include "core/ports/status_list_encoder.h"
#include "core/project.h"

namespace ptkl::app {

/// The state on which a signed list depends, read in one snapshot.
struct StatusListState {
  Project project;
  std::int64_t latest_invalidation;
  SigningKey active_key;
};

/// Shared, because a response may still send it when the publication replaces it.
using SignedStatusList = std::shared_ptr<const std::string>;

/// Errors: those of the store; internal if the project has no active key.
Result<StatusListState> read_status_list_state(Transaction& transaction, Project project);

/// Holds one status list and signs it again when it has changed. Thread-safe: concurrent calls wait while
/// one of them updates the list.
class StatusListPublication {
 public:
  /// `ttl` is the `ttl` claim of the list.
  StatusListPublication(std::int64_t list, MakeStatusListEncoder make_encoder,
                        std::chrono::seconds ttl)
      : list_(list), make_encoder_(std::move(make_encoder)), ttl_(ttl), encoder_(make_encoder_()) {}

  /// Returns the signed list in the state `seen` or in a later one.
  /// Errors: those of the store and the signer; the next call tries again.
  Result<SignedStatusList> update(const AppContext& context, const StatusListState& seen);

  /// The memory in use now.
  std::size_t memory_bytes() const;

 private:
  Result<StatusListState> fetch_invalidations(const AppContext& context, const Project& project)
      PTKL_REQUIRES(mutex_);
  bool is_current(const StatusListState& state, Timestamp now) const PTKL_REQUIRES(mutex_);
  Result<void> sign(const AppContext& context, const StatusListState& state, Timestamp now)
      PTKL_REQUIRES(mutex_);

  static constexpr std::int64_t kNoInvalidation = -1;

  const std::int64_t list_;
  const MakeStatusListEncoder make_encoder_;
  const std::chrono::seconds ttl_;

  mutable Mutex mutex_;
  std::unique_ptr<StatusListEncoder> encoder_ PTKL_GUARDED_BY(mutex_);
  /// The latest invalidation that encoder_ includes.
  std::int64_t latest_invalidation_ PTKL_GUARDED_BY(mutex_) = kNoInvalidation;
  /// The signed content of encoder_; null if it has to be signed again.
  SignedStatusList signed_ PTKL_GUARDED_BY(mutex_);
  std::string kid_ PTKL_GUARDED_BY(mutex_);  ///< of the key that signed it
  Timestamp renew_at_ PTKL_GUARDED_BY(mutex_);
};

}  // namespace ptkl::app

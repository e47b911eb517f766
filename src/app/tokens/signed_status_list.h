// One status list of a project, signed, and brought up to date by those who ask for it.
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

/// What decides whether a signed list is still right, read at one moment.
struct StatusListState {
  Project project;
  std::int64_t latest_invalidation;
  SigningKey active_key;
};

/// Shared between the publication and those that are still sending it when it is replaced.
using SignedStatusList = std::shared_ptr<const std::string>;

/// Fails with what the store says, and with internal when the project has no active key.
Result<StatusListState> read_status_list_state(Transaction& transaction, Project project);

/// Any thread; those that come while one brings the list up to date wait for it.
class StatusListPublication {
 public:
  /// `ttl` is what the list tells its verifiers.
  StatusListPublication(std::int64_t list, MakeStatusListEncoder make_bits,
                        std::chrono::seconds ttl)
      : list_(list), make_bits_(std::move(make_bits)), ttl_(ttl), bits_(make_bits_()) {}

  /// The list as `seen`, or as of a later moment. Fails with what the store or the signer says; the
  /// next call tries again.
  Result<SignedStatusList> bring_up_to_date(const AppContext& context, const StatusListState& seen);

  /// What it takes in memory now.
  std::size_t memory_bytes() const;

 private:
  Result<StatusListState> catch_up(const AppContext& context, const Project& project)
      PTKL_REQUIRES(mutex_);
  bool is_good(const StatusListState& state, Timestamp now) const PTKL_REQUIRES(mutex_);
  Result<void> sign(const AppContext& context, const StatusListState& state, Timestamp now)
      PTKL_REQUIRES(mutex_);

  static constexpr std::int64_t kNoInvalidation = -1;

  const std::int64_t list_;
  const MakeStatusListEncoder make_bits_;
  const std::chrono::seconds ttl_;

  mutable Mutex mutex_;
  std::unique_ptr<StatusListEncoder> bits_ PTKL_GUARDED_BY(mutex_);
  /// That bits_ includes.
  std::int64_t latest_invalidation_ PTKL_GUARDED_BY(mutex_) = kNoInvalidation;
  /// Of bits_ as they are; null when it has to be signed anew.
  SignedStatusList signed_ PTKL_GUARDED_BY(mutex_);
  std::string kid_ PTKL_GUARDED_BY(mutex_);  ///< of the key that signed it
  Timestamp renew_at_ PTKL_GUARDED_BY(mutex_);
};

}  // namespace ptkl::app

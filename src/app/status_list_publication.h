// One status list of a project, signed, and brought up to date by those who ask for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "app/ports.h"
#include "core/project.h"
#include "core/status_list.h"

namespace ptkl::app {

/// What decides whether a signed list is still right, read at one moment.
struct StatusListState {
  Project project;
  std::int64_t latest_invalidation;
  SigningKey active_key;
};

/// Shared between the publication and those that are still sending it when it is replaced.
using SignedStatusList = std::shared_ptr<const std::string>;

/// Any thread; those that come while one brings the list up to date wait for it.
class StatusListPublication {
 public:
  /// `bits` are all valid. `ttl` is what the list tells its verifiers.
  StatusListPublication(std::int64_t list, std::unique_ptr<StatusListBits> bits,
                        std::chrono::seconds ttl)
      : list_(list), ttl_(ttl), bits_(std::move(bits)) {}

  /// The list with every invalidation up to that of `state`, signed with its key. Fails with what
  /// the store or the signer says; the next call tries again.
  Result<SignedStatusList> bring_up_to_date(const Ports& ports, const StatusListState& state);

 private:
  Result<void> read_new_invalidations(const Ports& ports, const Uuid& project);
  bool is_good(const StatusListState& state, Timestamp now) const;
  Result<void> sign(const Ports& ports, const StatusListState& state, Timestamp now);

  const std::int64_t list_;
  const std::chrono::seconds ttl_;

  std::mutex mutex_;
  std::unique_ptr<StatusListBits> bits_;
  std::int64_t latest_invalidation_ = -1;  ///< that bits_ knows of; before the first one, none
  SignedStatusList signed_;                ///< of bits_ as they are; null when that is to be done
  std::string kid_;                        ///< of the key that signed it
  Timestamp renew_at_;
};

}  // namespace ptkl::app

// The part of the conformance suite about pending changes of rights, their steps and generations of slots. Each
// database instantiates it, as StoreConformance.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "storage/conformance/store_conformance.h"

namespace ptkl::storage {

class PendingChanges : public StoreConformance {
 protected:
  /// Adds three API users of `acme` with the role kRole and one secret each, numbered 1 to 3, the first of
  /// which is the bot, and a role kOtherRole.
  void add_three_holders();
  static Uuid holder(std::uint32_t n) { return n == 1 ? kBot : uuid(900 + n); }
  static TokenReference token_of(std::uint32_t n, std::int64_t generation = 0) {
    return {holder(n), uuid(50), StatusSlot{n}.later(generation)};
  }
  /// A pending change of `acme`.
  void record_change(std::int64_t version, const Uuid& role = kRole);
  /// Carries out a step of it. Returns the number of holders.
  std::int64_t reach(std::int64_t version, std::int64_t limit);
  /// Carries out all of it.
  void finish_change(std::int64_t version);
  std::vector<RightsChange> pending_changes(const Project& project);
  /// The minimum version of the n-th holder, and how many changes have yet to reach it.
  std::pair<std::int64_t, std::int64_t> changes_of(std::uint32_t n);
  StatusSlot slot_of(std::uint32_t n);
};

}  // namespace ptkl::storage

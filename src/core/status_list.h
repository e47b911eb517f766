// Status slots, and a project's status lists as verifiers see them (draft-ietf-oauth-status-list-16). A slot is the
// bit of a list that invalidates tokens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/random_source.h"

namespace ptkl {

/// The number of a slot in its project. The lists have 2^20 consecutive slots each.
///
/// The owner of a slot of generation 0 also owns the slots of later generations with the same base. Only client
/// credentials use them: the tokens that are issued while a change of rights is still pending name the next
/// generation, so that the change can invalidate the present one without them (app/roles/rights_changes.h).
struct StatusSlot {
  static constexpr std::int64_t kSlotsPerList = std::int64_t{1} << 20;

  /// Half of the slots of a list are allocated, so that a random slot is usually free at the first or second
  /// attempt, and slot numbers do not reveal the order in which credentials were created.
  static constexpr std::int64_t kAllocatedPerList = kSlotsPerList / 2;

  /// The distance between two generations. No project has that many credentials.
  static constexpr std::int64_t kSlotsPerGeneration = std::int64_t{1} << 40;
  static constexpr std::int64_t kListsPerGeneration = kSlotsPerGeneration / kSlotsPerList;

  std::int64_t number = 0;

  /// The slot of generation 0 that this one belongs to.
  StatusSlot base() const { return {number % kSlotsPerGeneration}; }
  std::int64_t generation() const { return number / kSlotsPerGeneration; }
  /// The slot with the same base, `generations` later.
  StatusSlot later(std::int64_t generations) const {
    return {number + generations * kSlotsPerGeneration};
  }

  /// A random index within a list.
  static std::int64_t random_index(RandomSource& source);

  std::int64_t list() const { return number / kSlotsPerList; }
  /// The `idx` of the token's `status_list` claim.
  std::int64_t index() const { return number % kSlotsPerList; }
  /// The `uri` of the token's `status_list` claim.
  std::string uri(std::string_view issuer) const {
    return std::string(issuer) + "/oauth2/status-lists/" + std::to_string(list());
  }

  friend bool operator==(const StatusSlot&, const StatusSlot&) = default;
};

/// The claims of a status list token (§5.1). Units: times are seconds since 1970.
struct StatusListToken {
  std::string issuer;
  std::string subject;  ///< the list's URI, as the tokens name it
  std::int64_t issued_at = 0;
  std::int64_t expires_at = 0;
  std::int64_t ttl = 0;  ///< seconds after which a verifier fetches the list again
  std::string list;      ///< `lst`, as StatusListEncoder::encode() gives it
};

}  // namespace ptkl

// One bit in a project's status lists (draft-ietf-oauth-status-list): is the token still good?
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ptkl {

/// A slot's number in its project; the lists follow each other, 2^20 slots each.
struct StatusSlot {
  static constexpr std::int64_t kSlotsPerList = std::int64_t{1} << 20;

  /// Lists are filled to half only: then a random place is free at the first or second try, and
  /// slot numbers tell nothing about the order in which secrets were made.
  static constexpr std::int64_t kClaimsPerList = kSlotsPerList / 2;

  std::int64_t number = 0;

  std::int64_t list() const { return number / kSlotsPerList; }
  /// The `idx` of the token's `status_list` claim.
  std::int64_t index() const { return number % kSlotsPerList; }
  /// The `uri` of the token's `status_list` claim.
  std::string uri(std::string_view issuer) const {
    return std::string(issuer) + "/oauth2/status-lists/" + std::to_string(list());
  }

  friend bool operator==(const StatusSlot&, const StatusSlot&) = default;
};

}  // namespace ptkl

// The port that holds the bits of a status list and compresses them (draft-ietf-oauth-status-list-16).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace ptkl {

/// The bits of one list: StatusSlot::kSlotsPerList of them, 1 for invalid. For one thread at a time.
class StatusListEncoder {
 public:
  virtual ~StatusListEncoder() = default;

  /// Marks the slot at `index` of this list as invalid. A slot never becomes valid again.
  virtual void set_invalid(std::int64_t index) = 0;

  /// Returns the claim `lst` (§4.1 and §4.2): compressed, base64url. Compresses only what changed since
  /// the last call.
  virtual std::string encode() = 0;

  /// The memory in use now: little while all slots are valid.
  virtual std::size_t memory_bytes() const = 0;
};

/// Creates a list in which all slots are valid. Thread-safe.
using MakeStatusListEncoder = std::function<std::unique_ptr<StatusListEncoder>()>;

}  // namespace ptkl

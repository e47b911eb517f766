// A project's status lists as others see them (draft-ietf-oauth-status-list-16).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace ptkl {

/// The claims of a status list token (§5.1). Times are seconds since 1970.
struct StatusListToken {
  std::string issuer;
  std::string subject;  ///< the list's URI, as the tokens name it
  std::int64_t issued_at = 0;
  std::int64_t expires_at = 0;
  std::int64_t ttl = 0;  ///< seconds after which a verifier asks again
  std::string list;      ///< `lst`, as StatusListBits::encode() gives it
};

/// The bits of one list: StatusSlot::kSlotsPerList of them, 1 for invalid. For one thread at a time.
class StatusListBits {
 public:
  virtual ~StatusListBits() = default;

  /// `index` is that of the slot in its list. There is no way back.
  virtual void set_invalid(std::int64_t index) = 0;

  /// The list as `lst` has it (§4.1 and §4.2): compressed, base64url. Compresses only what changed
  /// since the last call.
  virtual std::string encode() = 0;

  /// What it takes in memory now: little while all are valid.
  virtual std::size_t memory_bytes() const = 0;
};

/// Makes a list of valid slots. Any thread.
using MakeStatusListBits = std::function<std::unique_ptr<StatusListBits>()>;

}  // namespace ptkl

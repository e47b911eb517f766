// IP addresses and ranges of them, as values.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl {

/// An IPv4 or IPv6 address. An IPv4 address that comes mapped into IPv6 (`::ffff:192.0.2.1`, RFC 4291
/// §2.5.5.2), as a socket for both families tells it, is the IPv4 address.
class IpAddress {
 public:
  /// `::`, which is nobody's.
  IpAddress() = default;
  /// Without brackets, port or zone. Fails with invalid_argument.
  static Result<IpAddress> parse(std::string_view text);

  bool is_v4() const;
  /// As people write it (RFC 5952).
  std::string text() const;
  /// What one subscriber has: the address itself of IPv4, the first 64 bits of IPv6, within which
  /// anybody may take any address (RFC 6177).
  IpAddress subscriber() const;
  /// All but the first `length` bits zero; `length` counts from the start of the IPv6 form, so that
  /// those of an IPv4 address begin at 96.
  IpAddress masked(unsigned length) const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  friend struct std::hash<IpAddress>;
  std::array<std::uint8_t, 16> bytes_{};  ///< IPv4 in its mapped form
};

/// `192.0.2.0/24`, `2001:db8::/32`, or one address.
class IpRange {
 public:
  /// Fails with invalid_argument, also where bits are set behind the prefix: that is a slip.
  static Result<IpRange> parse(std::string_view text);
  /// An address of the other family never is.
  bool contains(const IpAddress& address) const;

 private:
  IpRange(IpAddress first, unsigned length) : first_(first), length_(length) {}
  IpAddress first_;
  unsigned length_;  ///< as IpAddress::masked() counts
};

}  // namespace ptkl

template <>
struct std::hash<ptkl::IpAddress> {
  std::size_t operator()(const ptkl::IpAddress& address) const noexcept {
    return std::hash<std::string_view>()(
        {reinterpret_cast<const char*>(address.bytes_.data()), address.bytes_.size()});
  }
};

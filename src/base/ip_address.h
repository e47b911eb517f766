// IP addresses and address ranges as values.
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

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`, RFC 4291
/// §2.5.5.2), which a dual-stack socket reports, is the IPv4 address.
class IpAddress {
 public:
  /// The unspecified address `::`.
  IpAddress() = default;
  /// Reads an address without brackets, port or zone. Errors: invalid_argument.
  static Result<IpAddress> parse(std::string_view text);

  bool is_v4() const;
  /// The canonical text (RFC 5952).
  std::string text() const;
  /// The address or network of one subscriber: an IPv4 address itself, or the first 64 bits of an IPv6
  /// address, of which a subscriber can use any address (RFC 6177).
  IpAddress subscriber() const;
  /// The address with all but the first `length` bits zero. `length` counts from the start of the IPv6
  /// form, in which an IPv4 address begins at bit 96.
  IpAddress masked(unsigned length) const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  friend struct std::hash<IpAddress>;
  std::array<std::uint8_t, 16> bytes_{};  ///< IPv4 in its mapped form
};

/// `192.0.2.0/24`, `2001:db8::/32`, or one address.
class IpRange {
 public:
  /// Errors: invalid_argument, also when bits after the prefix are set, which is a typing error.
  static Result<IpRange> parse(std::string_view text);
  /// Always false for an address of the other family.
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

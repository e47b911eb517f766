#include "base/ip_address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/integer.h"

namespace ptkl {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 96;
constexpr unsigned kAllBits = 128;
constexpr unsigned kSubscriberBits = 64;

tl::unexpected<Error> not_a_range() {
  return failure(ErrorCode::invalid_argument,
                 "expected an IP address or a range such as 10.0.0.0/8 or 2001:db8::/32");
}

/// Nothing unless `text` is a number from 0 to `most`, written without a leading zero or sign.
Result<unsigned> parse_length(std::string_view text, unsigned most) {
  const auto length = parse_integer<unsigned>(text);
  const bool has_leading_zero = text.size() > 1 && text.front() == '0';
  if (!length || *length > most || has_leading_zero) return not_a_range();
  return *length;
}

}  // namespace

Result<IpAddress> IpAddress::parse(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};  // with room for the NUL that inet_pton requires
  IpAddress address;
  if (text.size() < buffer.size() && text.find('\0') == std::string_view::npos) {
    std::copy(text.begin(), text.end(), buffer.begin());
    if (::inet_pton(AF_INET6, buffer.data(), address.bytes_.data()) == 1) return address;
    if (::inet_pton(AF_INET, buffer.data(), &address.bytes_[kMappedPrefix.size()]) == 1) {
      std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes_.begin());
      return address;
    }
  }
  return failure(ErrorCode::invalid_argument, "expected an IP address");
}

bool IpAddress::is_v4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin());
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (is_v4()) {
    return ::inet_ntop(AF_INET, &bytes_[kMappedPrefix.size()], buffer.data(), buffer.size());
  }
  return ::inet_ntop(AF_INET6, bytes_.data(), buffer.data(), buffer.size());
}

IpAddress IpAddress::subscriber() const { return is_v4() ? *this : masked(kSubscriberBits); }

IpAddress IpAddress::masked(unsigned length) const {
  IpAddress masked = *this;
  for (std::uint8_t& byte : masked.bytes_) {
    const unsigned kept = std::min(length, 8U);
    byte &= static_cast<std::uint8_t>(0xff00U >> kept);
    length -= kept;
  }
  return masked;
}

Result<IpRange> IpRange::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return not_a_range();
  if (slash == std::string_view::npos) return IpRange(*address, kAllBits);
  const bool written_as_v4 = text.find(':') == std::string_view::npos;
  const unsigned before = written_as_v4 ? kMappedBits : 0;
  const auto length = parse_length(text.substr(slash + 1), kAllBits - before);
  if (!length) return failed(length);
  IpRange range(*address, before + *length);
  if (address->masked(range.length_) != *address) {
    return failure(ErrorCode::invalid_argument,
                   "expected no bits set after the prefix of " + std::string(text));
  }
  return range;
}

bool IpRange::contains(const IpAddress& address) const {
  return address.is_v4() == first_.is_v4() && address.masked(length_) == first_;
}

}  // namespace ptkl

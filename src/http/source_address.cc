#include "http/source_address.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ascii.h"

namespace ptkl::http {
namespace {

constexpr std::string_view kHeader = "x-forwarded-for";

bool is_among(std::span<const IpRange> ranges, const IpAddress& address) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const IpRange& range) { return range.contains(address); });
}

/// True for an empty text, and for a colon with digits.
bool is_port_or_nothing(std::string_view text) {
  if (text.empty()) return true;
  const std::string_view digits = text.substr(1);
  return text.front() == ':' && !digits.empty() &&
         digits.find_first_not_of("0123456789") == std::string_view::npos;
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`.
std::optional<IpAddress> parse_entry(std::string_view entry) {
  std::string_view address = entry;
  std::string_view rest;
  if (entry.starts_with('[')) {
    const std::size_t end = entry.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    address = entry.substr(1, end - 1);
    rest = entry.substr(end + 1);
  } else if (std::count(entry.begin(), entry.end(), ':') == 1) {
    address = entry.substr(0, entry.find(':'));
    rest = entry.substr(address.size());
  }
  const auto parsed = IpAddress::parse(address);
  if (!parsed || !is_port_or_nothing(rest)) return std::nullopt;
  return *parsed;
}

/// The values of all fields of that name, which form one list (RFC 9110 §5.3).
std::vector<std::string_view> forwarded_for(const Headers& headers) {
  std::vector<std::string_view> values;
  for (const auto& [name, value] : headers) {
    if (same_field_name(name, kHeader)) values.emplace_back(value);
  }
  return values;
}

}  // namespace

IpAddress source_of(const IpAddress& peer, const Headers& headers,
                    std::span<const IpRange> trusted_proxies) {
  if (!is_among(trusted_proxies, peer)) return peer;
  IpAddress source = peer;
  std::vector<std::string_view> values = forwarded_for(headers);
  while (!values.empty()) {
    const std::size_t comma = values.back().rfind(',');
    const std::size_t start = comma == std::string_view::npos ? 0 : comma + 1;
    const auto address = parse_entry(trim(values.back().substr(start)));
    if (!address) return peer;
    source = *address;
    if (!is_among(trusted_proxies, source)) break;
    if (comma == std::string_view::npos) {
      values.pop_back();
    } else {
      values.back() = values.back().substr(0, comma);
    }
  }
  return source;
}

}  // namespace ptkl::http

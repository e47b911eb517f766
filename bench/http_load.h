// Parts of the programs that load a server on loopback with HTTP requests.
#pragma once

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ptkl::bench {

/// Absent unless the whole text is a number.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The requests in `all`, which NUL separates.
std::vector<std::string> split_requests(std::string_view all);

/// A socket that is connected to `port`; the process ends if no server listens there.
int connect_to(std::uint16_t port);

/// The size of the response at the start of `received`; absent while it is incomplete.
std::optional<std::size_t> size_of_response(std::string_view received);

/// The latency in milliseconds that `share` of them do not exceed; 0 without any. Reorders them.
double quantile_ms(std::vector<std::chrono::nanoseconds>& latencies, double share);

}  // namespace ptkl::bench

// Integers in text.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace ptkl {

/// The integer that the whole of `text` is, such as `-12`; without `+`, spaces or a prefix. Absent when it is
/// anything else, or when `Integer` cannot hold it.
template <class Integer>
std::optional<Integer> parse_integer(std::string_view text, int base = 10) {
  Integer value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace ptkl

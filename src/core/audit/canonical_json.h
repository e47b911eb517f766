// Writes JSON in canonical form (RFC 8785), as far as the audit log needs it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ptkl {

/// append_json_string() as a value.
std::string to_canonical_json(std::string_view text);

/// Writes one object. Requires: members are added in the order of their keys, which are ASCII.
class CanonicalObject {
 public:
  void add_text(std::string_view key, std::string_view text);
  /// Written as null where `text` is empty.
  void add_text_or_null(std::string_view key, std::string_view text);
  /// Written as a string beyond ±2^53: RFC 8785 has no larger whole numbers.
  void add_integer(std::string_view key, std::int64_t number);
  /// Requires: `json` is canonical. Written as null where it is empty.
  void add_json(std::string_view key, std::string_view json);

  std::string finish() &&;

 private:
  void add_key(std::string_view key);

  std::string text_ = "{";
  std::string last_key_;
};

}  // namespace ptkl

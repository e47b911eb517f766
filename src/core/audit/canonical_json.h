// JSON in its canonical form (RFC 8785), as far as the audit log needs it: written, not read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ptkl {

/// A JSON string with its quotes, escaped as RFC 8785 §3.2.2.2 says. `text` is UTF-8.
std::string to_canonical_json(std::string_view text);

/// Writes one object. Members come in the order of their keys, which are ASCII and need no escapes:
/// whoever breaks that breaks an invariant.
class CanonicalObject {
 public:
  void add_text(std::string_view key, std::string_view text);
  /// null where `text` is empty.
  void add_text_or_null(std::string_view key, std::string_view text);
  /// A text where it is more than 2^53 away from 0: RFC 8785 knows no larger whole numbers.
  void add_integer(std::string_view key, std::int64_t number);
  /// `json` is canonical already; null where it is empty.
  void add_json(std::string_view key, std::string_view json);

  std::string finish() &&;

 private:
  void add_key(std::string_view key);

  std::string text_ = "{";
  std::string last_key_;
};

}  // namespace ptkl

// Reads a JSON object of a request body member by member, and reports all faults at once.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "base/result.h"
#include "base/secret_string.h"

namespace ptkl::wire {

/// Reads the members of one JSON object. Keeps every fault, so that finish() reports all of them.
class ObjectReader {
 public:
  /// finish() reports a text that is not a JSON object.
  explicit ObjectReader(std::string_view text);

  /// True when the member exists and is not null.
  bool has(std::string_view key);

  /// Each returns nothing when the member is missing or null; another type is a fault.
  std::optional<std::string> text(std::string_view key);
  /// As text(), for a password, a secret or a token.
  std::optional<SecretString> secret(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key);
  std::optional<std::vector<std::string>> texts(std::string_view key);

  /// Adds a fault of that member. Only the first twenty are kept.
  void fault(std::string_view key, std::string message);

  /// Errors: invalid_argument with one FieldError per fault. A member that was never read is a
  /// fault.
  Result<void> finish();

 private:
  const boost::json::value* find_member(std::string_view key);

  boost::json::value value_;
  std::optional<Error> parse_error_;
  std::set<std::string, std::less<>> read_;
  std::vector<FieldError> faults_;
};

}  // namespace ptkl::wire

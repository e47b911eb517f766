// Strict JSON text (RFC 8259), on top of Boost.JSON.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/result.h"
#include "base/secret_string.h"

namespace ptkl::wire {

/// Refuses what Boost.JSON lets pass: a key that stands twice in one object, and numbers that do
/// not fit (1e400). Nesting deeper than 16 and invalid UTF-8 too. Takes time linear in the text.
/// Fails with invalid_argument.
Result<boost::json::value> parse_json(std::string_view text);

/// One line, without a newline at its end.
std::string to_text(const boost::json::value& value);

/// The texts of values that have `text()`.
template <class Values>
boost::json::array texts_of(const Values& values) {
  boost::json::array texts;
  for (const auto& value : values) texts.emplace_back(value.text());
  return texts;
}

/// `text` as a JSON string, quotes included, without a copy of it in memory that is not wiped.
SecretString to_quoted(const SecretString& text);

/// Reads the members of one JSON object. Every fault is kept, so that finish() reports all at once.
class ObjectReader {
 public:
  /// A text that is no JSON, or no object, is reported by finish().
  explicit ObjectReader(std::string_view text);

  /// Whether the member is there at all, and not null.
  bool has(std::string_view key);

  /// Each returns nothing where the member is missing or null; another type is a fault.
  std::optional<std::string> text(std::string_view key);
  /// As text(), for a password, a secret or a token.
  std::optional<SecretString> secret(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key);
  std::optional<std::vector<std::string>> texts(std::string_view key);

  /// Keeps a fault of that member. The first twenty are enough for everyone; the rest is dropped.
  void fault(std::string_view key, std::string message);

  /// Fails with invalid_argument and one FieldError per fault; a member that nobody asked for is
  /// one.
  Result<void> finish();

 private:
  const boost::json::value* member(std::string_view key);

  boost::json::value value_;
  std::optional<Error> no_object_;
  std::set<std::string, std::less<>> asked_;
  std::vector<FieldError> faults_;
};

}  // namespace ptkl::wire

// Strict JSON text (RFC 8259), on top of Boost.JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/result.h"
#include "base/secret_string.h"
#include "base/timestamp.h"

namespace ptkl::wire {

/// Stricter than Boost.JSON: rejects an object with the same key twice and numbers that do not fit
/// (1e400), also nesting deeper than 16 and invalid UTF-8. Takes time linear in the text.
/// Errors: invalid_argument.
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

/// The member of that key; nothing when it is missing, null or of another type. A text borrows from
/// `object`; a time is a text in the form of RFC 3339.
const boost::json::object* find_object(const boost::json::object& object, std::string_view key);
const boost::json::array* find_array(const boost::json::object& object, std::string_view key);
std::optional<std::string_view> find_text(const boost::json::object& object, std::string_view key);
std::optional<std::int64_t> find_integer(const boost::json::object& object, std::string_view key);
/// The same; nothing as well when `value` is not an object.
std::optional<std::int64_t> find_integer(const boost::json::value& value, std::string_view key);
std::optional<Timestamp> find_time(const boost::json::object& object, std::string_view key);

/// `text` as a JSON string, quotes included, without a copy of it in memory that is not wiped.
SecretString to_quoted(const SecretString& text);

}  // namespace ptkl::wire

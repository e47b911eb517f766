// Pages of lists, and the cursors between them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/result.h"
#include "base/uuid.h"
#include "core/permission.h"
#include "core/secret.h"

namespace ptkl::wire {

/// A cursor is opaque to the client. Each position in a list has exactly one.
std::string to_cursor(const Uuid& after);
std::string to_cursor(const CredentialId& after);
std::string to_cursor(const Permission& after);

/// The inverse. Errors: invalid_argument.
Result<Uuid> parse_cursor(std::string_view cursor);
Result<CredentialId> parse_secret_cursor(std::string_view cursor);
Result<Permission> parse_permission_cursor(std::string_view cursor);
/// A `kid` is its own cursor.
Result<std::string> parse_key_cursor(std::string_view cursor);

/// `{"items": […], "next_cursor": "…" | null}`.
boost::json::object to_list(boost::json::array items,
                            const std::optional<std::string>& next_cursor);

/// The same; the cursor is the one after `last`.
template <class Key>
boost::json::object to_list(boost::json::array items, const std::optional<Key>& last) {
  std::optional<std::string> next_cursor;
  if (last) next_cursor = to_cursor(*last);
  return to_list(std::move(items), next_cursor);
}

}  // namespace ptkl::wire

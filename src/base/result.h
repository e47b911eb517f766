// How a function says that it failed: Result<T>, either a T or an Error.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

// Declared before the library's own definition, so that a dropped Result is a warning (and, with
// -Werror, a compile error): tl::expected 1.0 carries no [[nodiscard]] itself.
namespace tl {
template <class T, class E>
class [[nodiscard]] expected;
}  // namespace tl

#include <tl/expected.hpp>

namespace ptkl {

/// One code per different action of the caller, not per cause.
enum class ErrorCode {
  invalid_argument,     ///< the input breaks a rule; the message says which
  unauthenticated,      ///< no credential, or one that is not good (any more)
  permission_denied,    ///< known, but may not do this; the message names the permission
  not_found,            ///< there is no such thing, or none that the caller may know of
  conflict,             ///< the present state does not allow it (a name taken, a rule broken)
  precondition_failed,  ///< the entity changed since the caller read it (If-Match)
  rate_limited,         ///< too often; try again later
  unavailable,          ///< a thing that we need is not there right now; try again later
  outcome_unknown,      ///< done or not: the answer to a commit was lost; look, then try again
  internal,             ///< a fault of ours, or of the machine
};

/// What is wrong with one field of the input. `field` is its JSON name, option or setting.
struct FieldError {
  std::string field;
  std::string message;

  friend bool operator==(const FieldError&, const FieldError&) = default;
};

/// Messages are lower case without a full stop, and never hold a secret, a token or a hash.
struct Error {
  ErrorCode code;
  std::string message;
  std::vector<FieldError> fields = {};
  std::chrono::seconds retry_after{0};  ///< of rate_limited: when to try again; 0: not known
};

template <class T>
using Result = tl::expected<T, Error>;

/// `return failure(ErrorCode::not_found, "no such role");`
inline tl::unexpected<Error> failure(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

/// Passes an error on from a function with another value type.
inline tl::unexpected<Error> failure(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

/// Too often. `retry_after` is one second at least.
inline tl::unexpected<Error> rate_limited(std::string message, std::chrono::seconds retry_after) {
  return tl::unexpected<Error>(Error{ErrorCode::rate_limited, std::move(message), {}, retry_after});
}

/// The input's `field` is wrong.
inline tl::unexpected<Error> invalid_field(std::string field, std::string message) {
  return tl::unexpected<Error>(
      Error{ErrorCode::invalid_argument, field + ": " + message, {{field, message}}});
}

}  // namespace ptkl

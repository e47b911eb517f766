// The result of an operation that can fail: Result<T>, either a T or an Error.
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
  unauthenticated,      ///< no credential, or an invalid, expired or revoked one
  permission_denied,    ///< authenticated, but not permitted; the message names the permission
  not_found,            ///< it does not exist, or the caller must not learn that it does
  conflict,             ///< the current state forbids it (a name is taken, a rule would be broken)
  precondition_failed,  ///< the entity changed since the caller read it (If-Match)
  rate_limited,         ///< too many attempts; retry after Error::retry_after
  unavailable,          ///< a required service does not answer; nothing was changed; retry later
  outcome_unknown,      ///< the reply to a commit was lost: the change may or may not be applied
  internal,             ///< a defect of this program or a failure of the machine
};

/// An invalid field of the input. `field` is a JSON member, an option or a setting.
struct FieldError {
  std::string field;
  std::string message;

  friend bool operator==(const FieldError&, const FieldError&) = default;
};

/// Why an operation failed. The message is lower case without a full stop, and never contains a
/// secret, a token or a hash.
struct Error {
  ErrorCode code;
  std::string message;
  std::vector<FieldError> fields = {};
  std::chrono::seconds retry_after{0};  ///< with rate_limited: time to wait; 0 if unknown
};

/// Whether the database could not be reached, or was lost during a commit: no other operation would
/// succeed at this moment either.
inline bool is_database_outage(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::outcome_unknown;
}

template <class T>
using Result = tl::expected<T, Error>;

/// `return failure(ErrorCode::not_found, "no such role");`
inline tl::unexpected<Error> failure(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

inline tl::unexpected<Error> failure(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

/// The error of a failed result, for a function that returns a result of another type:
/// `if (!user) return failed(user);`. Moves the error out of `result` unless that is const.
/// Requires: `result` holds an error.
template <class T>
tl::unexpected<Error> failed(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}
template <class T>
tl::unexpected<Error> failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

/// Requires: `retry_after` is at least one second.
inline tl::unexpected<Error> rate_limited(std::string message, std::chrono::seconds retry_after) {
  return tl::unexpected<Error>(Error{ErrorCode::rate_limited, std::move(message), {}, retry_after});
}

/// An invalid_argument error about one `field` of the input.
inline tl::unexpected<Error> invalid_field(std::string field, std::string message) {
  return tl::unexpected<Error>(
      Error{ErrorCode::invalid_argument, field + ": " + message, {{field, message}}});
}

}  // namespace ptkl

// The failure of a command: an Error, and a hint on what to do about it.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace ptkl::cli {

/// An Error converts to it, without a hint. An empty message is not shown: the reader of the output has
/// closed the pipe.
struct Failure {
  // NOLINTNEXTLINE(google-explicit-constructor): so that a Result's error converts to it.
  Failure(Error failed) : error(std::move(failed)) {}
  Failure(Error failed, std::string what_to_do)
      : error(std::move(failed)), hint(std::move(what_to_do)) {}

  Error error;
  std::string hint;
};

template <class T>
using Outcome = tl::expected<T, Failure>;

inline tl::unexpected<Failure> failure(ErrorCode code, std::string message, std::string hint) {
  return tl::unexpected<Failure>(Failure(Error{code, std::move(message)}, std::move(hint)));
}

/// Returns a failure from a function with another value type.
inline tl::unexpected<Failure> failure(Failure failed) {
  return tl::unexpected<Failure>(std::move(failed));
}

/// The failure of an outcome, for a function that returns an outcome of another type. Moves it out.
/// Requires: `outcome` has no value.
template <class T>
tl::unexpected<Failure> failed(Outcome<T>& outcome) {
  return tl::unexpected<Failure>(std::move(outcome.error()));
}
template <class T>
tl::unexpected<Failure> failed(const Outcome<T>& outcome) {
  return tl::unexpected<Failure>(outcome.error());
}

/// The usage error of a value, with the option in front: `--label: control characters are not allowed`.
inline tl::unexpected<Failure> option_failure(std::string_view option, Error error) {
  error.message.insert(0, std::string(option) + ": ");
  error.fields.clear();
  return tl::unexpected<Failure>(Failure(std::move(error)));
}

}  // namespace ptkl::cli

// How a verb says that it failed: an Error, and a hint on what to do about it.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace ptkl::cli {

/// An Error becomes one by itself, without a hint. An empty message is not shown: there is nobody
/// left to read it (the pipe is closed).
struct Failure {
  // NOLINTNEXTLINE(google-explicit-constructor): so that a Result's error passes on as it is.
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

/// Passes a failure on from a function with another value type.
inline tl::unexpected<Failure> failure(Failure failed) {
  return tl::unexpected<Failure>(std::move(failed));
}

}  // namespace ptkl::cli

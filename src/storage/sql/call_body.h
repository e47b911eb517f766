// Runs a transaction's body so that nothing it throws gets through.
#pragma once

#include <exception>

#include "base/log.h"
#include "storage/sql/database.h"

namespace ptkl::storage {

/// What `body` returns; internal when it throws. The exception's text goes to the log only.
inline Result<void> call_body(const SqlDatabase::Body& body, SqlConnection& connection,
                              Logger& log) {
  try {
    return body(connection);
  } catch (const std::exception& thrown) {
    log.error("a transaction threw an exception", {{"exception", thrown.what()}});
  } catch (...) {
    log.error("a transaction threw something");
  }
  return failure(ErrorCode::internal, "the transaction broke off");
}

}  // namespace ptkl::storage

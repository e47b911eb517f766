// Runs the body of a transaction and turns exceptions into errors.
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
    log.error("transaction threw an exception", {{"exception", thrown.what()}});
  } catch (...) {
    log.error("transaction threw an unknown exception");
  }
  return failure(ErrorCode::internal, "the transaction failed with an exception");
}

}  // namespace ptkl::storage

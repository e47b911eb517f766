// Deletes expired rows, so that the database does not grow without bound.
//
// Each function deletes the rows that expired more than kClockTolerance ago. It works in batches, so that
// other writers do not wait long, and stops after a maximum number of batches; the next call continues. Several
// servers may call it at the same time: it stops when another server deletes the same rows.
// Errors: those of the store.
#pragma once

#include "app/access/work_left.h"
#include "core/ports/store.h"

namespace ptkl::app {

/// Deletes individually revoked tokens that have expired.
Result<WorkLeft> purge_expired_tokens(Store& store, Timestamp now);

/// Deletes expired sessions of users.
Result<WorkLeft> purge_expired_sessions(Store& store, Timestamp now);

}  // namespace ptkl::app

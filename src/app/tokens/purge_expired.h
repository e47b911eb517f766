// Forgetting what has come to its own end, so that the database does not grow by what is over.
//
// Each forgets what ended some minutes ago, for the clocks of several nodes do not quite agree. In
// batches, so that other writers do not have to wait long, and not without end: what is left is for the
// next call.
#pragma once

#include "core/ports/store.h"

namespace ptkl::app {

/// The tokens that were revoked one by one.
Result<void> purge_expired_tokens(Store& store, Timestamp now);

/// The sign-ins of people.
Result<void> purge_expired_sessions(Store& store, Timestamp now);

}  // namespace ptkl::app

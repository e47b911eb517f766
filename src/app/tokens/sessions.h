// Starting and ending the sessions of people, inside a transaction.
#pragma once

#include <vector>

#include "app/access/project_transaction.h"
#include "core/session.h"

namespace ptkl::app {

/// A new session of that person, with a status slot of its own. Ends the oldest when there would be
/// more than kMaxLiveSessions.
Result<Session> start_session(ProjectTransaction& change, const Uuid& user,
                              std::chrono::seconds lifetime);

/// Ends the sessions and their tokens.
Result<void> end_sessions(ProjectTransaction& change, const std::vector<Session>& sessions);

}  // namespace ptkl::app

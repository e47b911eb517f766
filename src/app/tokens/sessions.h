// Starts and ends the sessions of users, within a transaction.
#pragma once

#include <vector>

#include "app/access/project_transaction.h"
#include "core/session.h"

namespace ptkl::app {

/// Starts a session of the user, with its own status slot. The session lasts as long as one of its tokens. Ends the
/// oldest session if the user would have more than kMaxLiveSessions.
/// Requires: `project` was read in the same transaction.
Result<Session> start_session(ProjectTransaction& change, const Uuid& user, const Project& project);

/// Deletes the sessions and revokes their tokens.
Result<void> end_sessions(ProjectTransaction& change, const std::vector<Session>& sessions);

}  // namespace ptkl::app

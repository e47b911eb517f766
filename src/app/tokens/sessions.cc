#include "app/tokens/sessions.h"

#include <utility>

#include "app/tokens/status_slots.h"

namespace ptkl::app {
namespace {

Result<void> end_oldest_if_full(ProjectTransaction& change, const Uuid& user) {
  auto sessions = change.transaction.sessions().list_of(change.project, user);
  if (!sessions) return failed(sessions);
  // Expired sessions stay until they are purged, and do not count.
  std::erase_if(*sessions, [&](const Session& one) { return one.expires_at <= change.now; });
  if (sessions->size() < kMaxLiveSessions) return {};
  sessions->resize(sessions->size() - kMaxLiveSessions + 1, sessions->front());
  return end_sessions(change, *sessions);
}

}  // namespace

Result<Session> start_session(ProjectTransaction& change, const Uuid& user,
                              const Project& project) {
  if (auto done = end_oldest_if_full(change, user); !done) return failed(done);
  const auto slot = allocate_status_slot(change);
  if (!slot) return failed(slot);
  const Session session{.id = change.context.random_source.make_uuid(change.now),
                        .user = user,
                        .slot = *slot,
                        .created_at = change.now,
                        .expires_at = change.now + project.token_lifetime,
                        .rights_version = project.rights_version};
  auto done = change.transaction.sessions().insert(change.project, session);
  if (!done) return failed(done);
  return session;
}

Result<void> end_sessions(ProjectTransaction& change, const std::vector<Session>& sessions) {
  for (const Session& session : sessions) {
    auto done = change.transaction.status_slots().invalidate(change.project, session.slot);
    if (done) done = change.transaction.sessions().erase(change.project, session.id);
    if (!done) return done;
  }
  return {};
}

}  // namespace ptkl::app

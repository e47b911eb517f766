// The request that a handler gets, with the values of its path, and the services that it uses.
#pragma once

#include <functional>

#include "app/access/actor.h"
#include "app/access/context.h"
#include "app/audit/checkpoints.h"
#include "app/tokens/status_lists.h"
#include "base/result.h"
#include "base/uuid.h"
#include "core/secret.h"
#include "http/message.h"
#include "http/router.h"

namespace ptkl::server {

class Metrics;

/// What all handlers share. Every reference outlives the server.
struct HandlerContext {
  const app::AppContext& app;
  Metrics& metrics;
  /// Whether the server can serve requests. May wait for a disk, for a bounded time.
  /// Errors: unavailable, with the reason.
  std::function<Result<void>()> check_readiness;
  app::StatusLists& status_lists;
  app::AuditCheckpoints& audit_checkpoints;
};

/// A request of a caller that need not authenticate.
struct PublicRequest {
  const HandlerContext& context;
  const http::Request& http;
  const http::PathParameters& path;
};

/// A request with a valid bearer token.
struct AuthenticatedRequest {
  const HandlerContext& context;
  const app::Actor& actor;
  const http::Request& http;
  const http::PathParameters& path;  ///< the first one is the project, which is the actor's
};

/// The `{uuid}` of the path, its second parameter. A malformed value is a 400, an unknown one a 404.
/// Errors: invalid_argument of field `uuid`.
Result<Uuid> uuid_of(const AuthenticatedRequest& request);

/// The `{id}` of the path, its third parameter. Errors: invalid_argument of field `id`.
Result<CredentialId> secret_id_of(const AuthenticatedRequest& request);

}  // namespace ptkl::server

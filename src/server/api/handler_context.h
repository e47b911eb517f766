// What an endpoint is handed.
#pragma once

#include <functional>

#include "app/access/actor.h"
#include "app/access/context.h"
#include "app/audit/checkpoints.h"
#include "app/tokens/status_lists.h"
#include "base/result.h"
#include "http/message.h"
#include "http/router.h"

namespace ptkl::server {

class Metrics;

/// What all endpoints share. Every reference outlives the server.
struct Api {
  const app::AppContext& context;
  Metrics& metrics;
  /// Fails with unavailable, saying why, while requests cannot be served. May wait for a disk.
  std::function<Result<void>()> check_readiness;
  app::StatusLists& status_lists;
  app::AuditCheckpoints& audit_heads;
};

/// A request that anybody may send.
struct OpenCall {
  const Api& api;
  const http::Request& request;
  const http::PathParameters& path;
};

/// A request whose bearer token was good.
struct Call {
  const Api& api;
  const app::Actor& actor;
  const http::Request& request;
  const http::PathParameters& path;  ///< the first one is the project, which is the actor's
};

}  // namespace ptkl::server

// The table of all routes.
#pragma once

#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "http/router.h"
#include "server/api/handler_context.h"
#include "server/monitoring/metrics.h"

namespace ptkl::server {

/// Answers every request itself, errors included: OAuth and operations have formats of their own.
using RawHandler = http::Response (*)(const PublicRequest&);
/// For callers without a token, such as at login. An error becomes a problem document.
using PublicHandler = Result<http::Response> (*)(const PublicRequest&);
/// Runs once the bearer token is validated. An error becomes a problem document.
using AuthenticatedHandler = Result<http::Response> (*)(const AuthenticatedRequest&);

/// The query and body that a PublicHandler or AuthenticatedHandler accepts; any other request is
/// rejected before the handler runs.
enum class Input { nothing, page_query, deletion_query, json, optional_json };

struct Endpoint {
  http::Method method;
  std::string_view pattern;
  http::Workload workload;
  std::string_view permission;  ///< that the use case requires, for the documentation; may be empty
  Input input;
  std::variant<RawHandler, PublicHandler, AuthenticatedHandler> handler;
};

std::span<const Endpoint> all_endpoints();

/// Method and pattern of every endpoint, for Metrics.
std::vector<MeasuredRoute> measured_routes();

/// Adds every endpoint to `router`. `context` outlives it.
void add_routes(http::Router& router, const HandlerContext& context);

}  // namespace ptkl::server

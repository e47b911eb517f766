// Every route of the server, in one table.
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "http/router.h"
#include "server/api/handler_context.h"

namespace ptkl::server {

using OpenHandler = http::Response (*)(const OpenCall&);
/// An error becomes a problem document, in both.
using GuestHandler = Result<http::Response> (*)(const OpenCall&);
using ActorHandler = Result<http::Response> (*)(const Call&);

/// What a request to our own API may carry, also one of a guest, who has no token yet; anything else is refused before the handler runs.
enum class Input { nothing, page_query, deletion_query, json, optional_json };

struct Endpoint {
  http::Method method;
  std::string_view pattern;
  http::Workload workload;
  std::string_view permission;  ///< what the use case asks for, for the documentation; may be empty
  Input input;
  std::variant<OpenHandler, GuestHandler, ActorHandler> handler;
};

std::span<const Endpoint> all_endpoints();

/// Adds every endpoint to `router`. `api` outlives it.
void add_routes(http::Router& router, const Api& api);

}  // namespace ptkl::server

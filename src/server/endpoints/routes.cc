#include "server/endpoints/routes.h"

#include <optional>
#include <string>
#include <utility>

#include "server/api/query_parameters.h"
#include "server/api/request_headers.h"
#include "server/api/responses.h"
#include "server/endpoints/endpoints.h"
#include "server/monitoring/metrics.h"

namespace ptkl::server {
namespace {

using http::Method;
using http::Workload;

// With the embedded database, lookups and reads of a single item take microseconds and run on the
// I/O thread. Only handlers that write or send a mail are `blocking`, so that no other handler waits for them.
constexpr Endpoint kEndpoints[] = {
    // clang-format off
    {Method::post, "/projects/{project}/oauth2/token", Workload::lookup, "", Input::nothing,
     endpoints::issue_token},
    {Method::post, "/projects/{project}/oauth2/introspect", Workload::lookup,
     "tokens.introspect", Input::nothing, endpoints::introspect_token},
    {Method::post, "/projects/{project}/oauth2/revoke", Workload::blocking, "", Input::nothing,
     endpoints::revoke_token},
    {Method::get, "/projects/{project}/oauth2/jwks", Workload::short_read, "", Input::nothing,
     endpoints::get_jwks},
    {Method::get, "/projects/{project}/oauth2/status-lists/{n}", Workload::read, "",
     Input::nothing, endpoints::get_status_list},
    {Method::get, "/.well-known/oauth-authorization-server/projects/{project}",
     Workload::short_read, "", Input::nothing, endpoints::get_authorization_server_metadata},
    {Method::get, "/projects/{project}/.well-known/openid-configuration", Workload::short_read, "",
     Input::nothing, endpoints::get_openid_configuration},

    {Method::get, "/v1/projects/{project}/api-users", Workload::long_read, "api-users.read",
     Input::page_query, endpoints::list_api_users},
    {Method::post, "/v1/projects/{project}/api-users", Workload::blocking, "api-users.write",
     Input::json, endpoints::create_api_user},
    {Method::get, "/v1/projects/{project}/api-users/{uuid}", Workload::short_read,
     "api-users.read", Input::nothing, endpoints::get_api_user},
    {Method::patch, "/v1/projects/{project}/api-users/{uuid}", Workload::blocking,
     "api-users.write", Input::json, endpoints::update_api_user},
    {Method::del, "/v1/projects/{project}/api-users/{uuid}", Workload::blocking, "api-users.write",
     Input::nothing, endpoints::delete_api_user},

    {Method::get, "/v1/projects/{project}/api-users/{uuid}/secrets", Workload::short_read,
     "api-users.read", Input::page_query, endpoints::list_secrets},
    {Method::post, "/v1/projects/{project}/api-users/{uuid}/secrets", Workload::blocking,
     "api-users.secrets", Input::optional_json, endpoints::create_secret},
    {Method::del, "/v1/projects/{project}/api-users/{uuid}/secrets", Workload::blocking,
     "api-users.secrets", Input::nothing, endpoints::revoke_secrets},
    {Method::del, "/v1/projects/{project}/api-users/{uuid}/secrets/{id}", Workload::blocking,
     "api-users.secrets", Input::nothing, endpoints::revoke_secret},

    {Method::get, "/v1/projects/{project}/roles", Workload::long_read, "roles.read",
     Input::page_query, endpoints::list_roles},
    {Method::post, "/v1/projects/{project}/roles", Workload::blocking, "roles.write", Input::json,
     endpoints::create_role},
    {Method::get, "/v1/projects/{project}/roles/{uuid}", Workload::short_read, "roles.read",
     Input::nothing, endpoints::get_role},
    {Method::patch, "/v1/projects/{project}/roles/{uuid}", Workload::blocking, "roles.write",
     Input::json, endpoints::update_role},
    {Method::del, "/v1/projects/{project}/roles/{uuid}", Workload::blocking, "roles.write",
     Input::deletion_query, endpoints::delete_role},

    {Method::get, "/v1/projects/{project}/pending-status-updates", Workload::short_read,
     "roles.read", Input::nothing, endpoints::list_pending_status_updates},
    {Method::get, "/v1/projects/{project}/permissions", Workload::long_read, "roles.read",
     Input::page_query, endpoints::list_permissions},

    {Method::get, "/v1/projects/{project}/users", Workload::long_read, "users.read",
     Input::page_query, endpoints::list_users},
    {Method::get, "/v1/projects/{project}/users/{uuid}", Workload::short_read, "users.read",
     Input::nothing, endpoints::get_user},
    {Method::del, "/v1/projects/{project}/users/{uuid}", Workload::blocking, "users.write",
     Input::nothing, endpoints::delete_user},
    {Method::post, "/v1/projects/{project}/users/invitations", Workload::blocking, "users.write",
     Input::json, endpoints::invite_user},
    {Method::post, "/v1/invitations/accept", Workload::cpu_heavy, "", Input::json,
     endpoints::accept_invitation},
    {Method::post, "/v1/projects/{project}/sessions", Workload::cpu_heavy, "", Input::json,
     endpoints::create_session},

    {Method::get, "/v1/projects/{project}/keys", Workload::long_read, "keys.write",
     Input::page_query, endpoints::list_keys},
    {Method::post, "/v1/projects/{project}/keys/rotate", Workload::blocking, "keys.write",
     Input::optional_json, endpoints::rotate_keys},

    {Method::get, "/v1/projects/{project}/audit-events", Workload::long_read, "audit.read",
     Input::page_query, endpoints::list_audit_events},
    {Method::get, "/v1/projects/{project}/audit-events/head", Workload::blocking, "audit.read",
     Input::nothing, endpoints::get_audit_checkpoint},
    {Method::get, "/v1/projects/{project}/audit-events/heads", Workload::long_read, "audit.read",
     Input::page_query, endpoints::list_audit_checkpoints},

    {Method::get, "/v1/projects/{project}/whoami", Workload::lookup, "", Input::nothing,
     endpoints::get_whoami},

    {Method::get, "/invitations/accept", Workload::in_place, "", Input::nothing,
     endpoints::get_accept_invitation_page},

    {Method::get, "/healthz", Workload::in_place, "", Input::nothing, endpoints::get_health},
    {Method::get, "/readyz", Workload::probe, "", Input::nothing, endpoints::get_readiness},
    {Method::get, "/metrics", Workload::read, "", Input::nothing, endpoints::get_metrics},
    {Method::get, "/openapi.json", Workload::in_place, "", Input::nothing,
     endpoints::get_openapi},
    // clang-format on
};

Result<void> check_query(Input input, std::string_view query) {
  // The handler parses these and reports their faults.
  if (input == Input::page_query || input == Input::deletion_query) return {};
  return refuse_query(query);
}

bool has_wrong_media_type(Input input, const http::Request& http) {
  if (input == Input::optional_json && http.body.empty()) return false;
  const bool takes_json = input == Input::json || input == Input::optional_json;
  return takes_json && !has_media_type(http.headers, "application/json");
}

Result<app::Actor> authenticate(const PublicRequest& request) {
  const auto token = authorization_of_scheme(request.http.headers, "bearer");
  if (!token || token->empty()) {
    return failure(ErrorCode::unauthenticated,
                   "expected exactly one header `Authorization: Bearer <token>`");
  }
  return app::authenticate(request.context.app, request.path.front(), *token,
                           origin_of(request.http));
}

/// The answer to a request whose query or media type is wrong; nothing when both are right.
std::optional<http::Response> refuse_input(Input input, const PublicRequest& request) {
  if (has_wrong_media_type(input, request.http)) {
    return problem_response(415, {ErrorCode::invalid_argument, "the body must be application/json"},
                            request.http);
  }
  const auto checked = check_query(input, request.http.query);
  if (!checked) return problem_response(checked.error(), request.http, request.context.app.log);
  return std::nullopt;
}

http::Response answer(Result<http::Response> response, const PublicRequest& request) {
  if (!response) return problem_response(response.error(), request.http, request.context.app.log);
  return std::move(*response);
}

/// Runs the handler of an endpoint.
struct Run {
  Input input;
  const PublicRequest& request;

  http::Response operator()(RawHandler handler) const { return handler(request); }

  http::Response operator()(PublicHandler handler) const {
    if (auto refusal = refuse_input(input, request)) return std::move(*refusal);
    return answer(handler(request), request);
  }

  http::Response operator()(AuthenticatedHandler handler) const {
    const auto actor = authenticate(request);
    if (!actor) return problem_response(actor.error(), request.http, request.context.app.log);
    if (auto refusal = refuse_input(input, request)) return std::move(*refusal);
    return answer(
        handler(AuthenticatedRequest{request.context, *actor, request.http, request.path}),
        request);
  }
};

http::Handler make_handler(const Endpoint& endpoint, const HandlerContext& context) {
  return [&endpoint, &context](const http::Request& http, const http::PathParameters& path) {
    const auto in_flight = context.metrics.count_in_flight();
    const PublicRequest request{context, http, path};
    return std::visit(Run{endpoint.input, request}, endpoint.handler);
  };
}

}  // namespace

std::span<const Endpoint> all_endpoints() { return kEndpoints; }

std::vector<MeasuredRoute> measured_routes() {
  std::vector<MeasuredRoute> routes;
  for (const Endpoint& endpoint : kEndpoints) routes.push_back({endpoint.method, endpoint.pattern});
  return routes;
}

void add_routes(http::Router& router, const HandlerContext& context) {
  for (const Endpoint& endpoint : kEndpoints) {
    router.add({endpoint.method, std::string(endpoint.pattern), endpoint.workload,
                make_handler(endpoint, context)});
  }
}

}  // namespace ptkl::server

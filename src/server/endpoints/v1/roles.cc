// /v1/projects/{project}/roles and /v1/projects/{project}/pending-status-updates
#include "app/roles/roles.h"

#include <boost/json/array.hpp>

#include "server/api/conditional_request.h"
#include "server/api/handler_context.h"
#include "server/api/query_parameters.h"
#include "server/api/responses.h"
#include "server/endpoints/endpoints.h"
#include "wire/pages.h"
#include "wire/requests.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {
namespace {

http::Response role_response(int status, const Role& role) {
  http::Response response = json_response(status, wire::to_json(role));
  response.headers.add("ETag", to_etag(role.version));
  return without_storing(std::move(response));
}

}  // namespace

Result<http::Response> list_roles(const AuthenticatedRequest& request) {
  const auto query = parse_named_page_query<RoleName>(request.http.query, "name");
  if (!query) return failed(query);
  const auto page = app::list_roles(request.context.app, request.actor, *query);
  if (!page) return failed(page);
  boost::json::array items;
  for (const Role& role : page->items) items.push_back(wire::to_json(role));
  return without_storing(json_response(200, wire::to_list(std::move(items), page->next)));
}

Result<http::Response> list_pending_status_updates(const AuthenticatedRequest& request) {
  const auto changes = app::list_pending_status_updates(request.context.app, request.actor);
  if (!changes) return failed(changes);
  boost::json::array items;
  for (const RightsChange& change : *changes) items.push_back(wire::to_json(change));
  // They are few: one page has all of them.
  return without_storing(json_response(200, wire::to_list(std::move(items), std::nullopt)));
}

Result<http::Response> create_role(const AuthenticatedRequest& request) {
  const auto body = wire::parse_create_role(request.http.body);
  if (!body) return failed(body);
  const auto created = app::create_role(request.context.app, request.actor, *body);
  if (!created) return failed(created);
  http::Response response = role_response(201, *created);
  response.headers.add("Location", "/v1/projects/" + request.actor.project.name.text() + "/roles/" +
                                       created->id.text());
  return response;
}

Result<http::Response> get_role(const AuthenticatedRequest& request) {
  const auto id = uuid_of(request);
  if (!id) return failed(id);
  const auto role = app::get_role(request.context.app, request.actor, *id);
  if (!role) return failed(role);
  return role_response(200, *role);
}

Result<http::Response> update_role(const AuthenticatedRequest& request) {
  const auto id = uuid_of(request);
  if (!id) return failed(id);
  const auto body = wire::parse_update_role(request.http.body);
  if (!body) return failed(body);
  const auto changed =
      change_if_match(request.http.headers, [&](const app::ExpectedVersion& expected) {
        return app::update_role(request.context.app, request.actor, *id, *body, expected);
      });
  if (!changed) return failed(changed);
  return role_response(200, *changed);
}

Result<http::Response> delete_role(const AuthenticatedRequest& request) {
  const auto id = uuid_of(request);
  if (!id) return failed(id);
  const auto query = parse_deletion_query(request.http.query);
  if (!query) return failed(query);
  const auto run = query->dry_run ? &app::preview_role_deletion : &app::delete_role;
  const auto deleted =
      change_if_match(request.http.headers, [&](const app::ExpectedVersion& expected) {
        return run(request.context.app, request.actor, *id, expected);
      });
  if (!deleted) return failed(deleted);
  return without_storing(
      json_response(200, {{"affected_api_users", deleted->affected_api_users},
                          {"affected_users", deleted->affected_users},
                          {"pending_status_updates", deleted->pending_status_updates}}));
}

}  // namespace ptkl::server::endpoints

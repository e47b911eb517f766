// /v1/projects/{project}/api-users
#include "app/api_users/api_users.h"

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

http::Response api_user_response(const AuthenticatedRequest& request, int status,
                                 const ApiUserDetails& details) {
  http::Response response =
      json_response(status, wire::to_json(details, request.context.app.clock.now()));
  response.headers.add("ETag", to_etag(details.user.version));
  return without_storing(std::move(response));
}

std::string location_of(const AuthenticatedRequest& request, const ApiUser& user) {
  return "/v1/projects/" + request.actor.project.name.text() + "/api-users/" + user.id.text();
}

}  // namespace

Result<http::Response> list_api_users(const AuthenticatedRequest& request) {
  const auto query = parse_named_page_query<Username>(request.http.query, "username");
  if (!query) return failed(query);
  const auto page = app::list_api_users(request.context.app, request.actor, *query);
  if (!page) return failed(page);
  boost::json::array items;
  const Timestamp now = request.context.app.clock.now();
  for (const ApiUserDetails& details : page->items) items.push_back(wire::to_json(details, now));
  return without_storing(json_response(200, wire::to_list(std::move(items), page->next)));
}

Result<http::Response> create_api_user(const AuthenticatedRequest& request) {
  const auto body = wire::parse_create_api_user(request.http.body);
  if (!body) return failed(body);
  const auto created = app::create_api_user(request.context.app, request.actor, *body);
  if (!created) return failed(created);
  http::Response response = api_user_response(request, 201, *created);
  response.headers.add("Location", location_of(request, created->user));
  return response;
}

Result<http::Response> get_api_user(const AuthenticatedRequest& request) {
  const auto id = uuid_of(request);
  if (!id) return failed(id);
  const auto details = app::get_api_user(request.context.app, request.actor, *id);
  if (!details) return failed(details);
  return api_user_response(request, 200, *details);
}

Result<http::Response> update_api_user(const AuthenticatedRequest& request) {
  const auto id = uuid_of(request);
  if (!id) return failed(id);
  const auto body = wire::parse_update_api_user(request.http.body);
  if (!body) return failed(body);
  const auto changed =
      change_if_match(request.http.headers, [&](const app::ExpectedVersion& expected) {
        return app::update_api_user(request.context.app, request.actor, *id, *body, expected);
      });
  if (!changed) return failed(changed);
  return api_user_response(request, 200, *changed);
}

Result<http::Response> delete_api_user(const AuthenticatedRequest& request) {
  const auto id = uuid_of(request);
  if (!id) return failed(id);
  const auto deleted =
      change_if_match(request.http.headers, [&](const app::ExpectedVersion& expected) {
        return app::delete_api_user(request.context.app, request.actor, *id, expected);
      });
  if (!deleted) return failed(deleted);
  return http::Response{204};
}

}  // namespace ptkl::server::endpoints

// /v1/projects/{project}/users
#include "app/users/users.h"

#include <utility>

#include <boost/json/array.hpp>

#include "server/api/conditional_request.h"
#include "server/api/json_response.h"
#include "server/api/path_parameters.h"
#include "server/api/query_parameters.h"
#include "server/endpoints/endpoints.h"
#include "wire/pages.h"
#include "wire/requests.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {

Result<http::Response> list_users(const AuthenticatedRequest& request) {
  const auto query = parse_named_page_query<Email>(request.http.query, "email");
  if (!query) return failed(query);
  const auto page = app::list_users(request.context.app, request.actor, *query);
  if (!page) return failed(page);
  boost::json::array items;
  for (const UserDetails& user : page->items) items.push_back(wire::to_json(user));
  return without_storing(json_response(200, wire::to_list(std::move(items), page->next)));
}

Result<http::Response> get_user(const AuthenticatedRequest& request) {
  const auto id = uuid_of(request);
  if (!id) return failed(id);
  const auto user = app::get_user(request.context.app, request.actor, *id);
  if (!user) return failed(user);
  http::Response response = json_response(200, wire::to_json(*user));
  response.headers.add("ETag", to_etag(user->user.version));
  return without_storing(std::move(response));
}

Result<http::Response> delete_user(const AuthenticatedRequest& request) {
  const auto id = uuid_of(request);
  if (!id) return failed(id);
  const auto deleted =
      change_if_match(request.http.headers, [&](const app::ExpectedVersion& expected) {
        return app::delete_user(request.context.app, request.actor, *id, expected);
      });
  if (!deleted) return failed(deleted);
  return http::Response{204};
}

Result<http::Response> invite_user(const AuthenticatedRequest& request) {
  const auto body = wire::parse_invite_user(request.http.body);
  if (!body) return failed(body);
  const auto invited = app::invite_user(request.context.app, request.actor, *body);
  if (!invited) return failed(invited);
  http::Response response =
      secret_response(201, wire::to_text(wire::InvitationAnswer{
                               invited->user, app::to_text(invited->delivery), invited->link}));
  const User& user = invited->user.user;
  response.headers.add("ETag", to_etag(user.version));
  response.headers.add(
      "Location", "/v1/projects/" + request.actor.project.name.text() + "/users/" + user.id.text());
  return response;
}

}  // namespace ptkl::server::endpoints

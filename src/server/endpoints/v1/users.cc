// Users, their invitations and their logins: /v1/projects/{project}/users, POST /v1/invitations/accept
// and POST /v1/projects/{project}/sessions.
#include "app/users/users.h"

#include <utility>

#include <boost/json/array.hpp>

#include "app/users/accept_invitation.h"
#include "app/users/login.h"
#include "server/api/conditional_request.h"
#include "server/api/handler_context.h"
#include "server/api/query_parameters.h"
#include "server/api/request_headers.h"
#include "server/api/responses.h"
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

Result<http::Response> accept_invitation(const PublicRequest& request) {
  auto body = wire::parse_accept_invitation(request.http.body);
  if (!body) return failed(body);
  const auto accepted = app::accept_invitation(
      request.context.app,
      {std::move(body->token), std::move(body->password), origin_of(request.http)});
  if (!accepted) return failed(accepted);
  return without_storing(json_response(200, {{"project", accepted->project.name.text()},
                                             {"uuid", accepted->user.id.text()},
                                             {"email", accepted->user.email.text()}}));
}

Result<http::Response> create_session(const PublicRequest& request) {
  auto body = wire::parse_new_session(request.http.body);
  if (!body) return failed(body);
  const auto issued =
      app::login(request.context.app, {request.path.front(), std::move(body->email),
                                       std::move(body->password), origin_of(request.http)});
  if (!issued) return failed(issued);
  return secret_response(201, wire::to_text(wire::TokenAnswer{issued->access_token,
                                                              issued->expires_in, issued->scope}));
}

}  // namespace ptkl::server::endpoints

// /v1/projects/{project}/api-users/{uuid}/secrets
#include "app/api_users/secrets.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "server/api/conditional_request.h"
#include "server/api/handler_context.h"
#include "server/api/pagination.h"
#include "server/api/query_parameters.h"
#include "server/api/responses.h"
#include "server/endpoints/endpoints.h"
#include "wire/pages.h"
#include "wire/requests.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {
namespace {

http::Response revoked_response(const AuthenticatedRequest& request,
                                const std::vector<RevokedSecret>& revoked) {
  return without_storing(
      json_response(200, wire::to_revoked(revoked, request.context.app.clock.now())));
}

PageView<ClientCredential> page_of(const std::vector<ClientCredential>& secrets,
                                   const KeyedPageRequest<CredentialId>& page) {
  std::span<const ClientCredential> rest = secrets;
  if (page.after) {
    rest =
        after_cursor(secrets, [&](const ClientCredential& one) { return one.id == *page.after; });
  }
  return take_page(rest, page.limit);
}

}  // namespace

Result<http::Response> list_secrets(const AuthenticatedRequest& request) {
  const auto api_user = uuid_of(request);
  if (!api_user) return failed(api_user);
  const auto query = parse_page_query(request.http.query, &wire::parse_secret_cursor);
  if (!query) return failed(query);
  const auto secrets = app::list_secrets(request.context.app, request.actor, *api_user);
  if (!secrets) return failed(secrets);
  const auto page = page_of(*secrets, *query);
  boost::json::array items;
  const Timestamp now = request.context.app.clock.now();
  for (const ClientCredential& secret : page.items) items.push_back(wire::to_json(secret, now));
  std::optional<CredentialId> next;
  if (page.cursor) next = page.cursor->id;
  return without_storing(json_response(200, wire::to_list(std::move(items), next)));
}

Result<http::Response> create_secret(const AuthenticatedRequest& request) {
  const auto api_user = uuid_of(request);
  if (!api_user) return failed(api_user);
  const auto body = wire::parse_create_secret(request.http.body);
  if (!body) return failed(body);
  const auto created = app::create_secret(request.context.app, request.actor, *api_user, *body);
  if (!created) return failed(created);
  http::Response response = secret_response(201, wire::to_text(*created));
  response.headers.add("Location", "/v1/projects/" + request.actor.project.name.text() +
                                       "/api-users/" + created->user.id.text() + "/secrets/" +
                                       created->record.id.text());
  return response;
}

Result<http::Response> revoke_secrets(const AuthenticatedRequest& request) {
  const auto api_user = uuid_of(request);
  if (!api_user) return failed(api_user);
  const auto revoked =
      change_if_match(request.http.headers, [&](const app::ExpectedVersion& expected) {
        return app::revoke_secrets(request.context.app, request.actor, *api_user, expected);
      });
  if (!revoked) return failed(revoked);
  return revoked_response(request, *revoked);
}

Result<http::Response> revoke_secret(const AuthenticatedRequest& request) {
  const auto api_user = uuid_of(request);
  if (!api_user) return failed(api_user);
  const auto id = secret_id_of(request);
  if (!id) return failed(id);
  const auto revoked =
      change_if_match(request.http.headers, [&](const app::ExpectedVersion& expected) {
        return app::revoke_secret(request.context.app, request.actor, *api_user, *id, expected);
      });
  if (!revoked) return failed(revoked);
  return revoked_response(request, *revoked);
}

}  // namespace ptkl::server::endpoints

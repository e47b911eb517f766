// /v1/projects/{project}/api-users/{uuid}/secrets
#include "app/api_users/secrets.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "server/api/if_match.h"
#include "server/api/json_response.h"
#include "server/api/pagination.h"
#include "server/api/path_parameters.h"
#include "server/api/query_parameters.h"
#include "server/endpoints/endpoints.h"
#include "wire/pages.h"
#include "wire/requests.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {
namespace {

Result<app::SecretRequest> read_secret_request(const http::Request& request) {
  auto body = wire::parse_new_secret(request.body);
  if (!body) return failure(body.error());
  app::SecretRequest wanted{std::chrono::seconds(body->overlap_seconds), std::nullopt,
                            std::move(body->label)};
  if (body->until_idle_seconds) wanted.until_idle = std::chrono::seconds(*body->until_idle_seconds);
  if (body->expires_in) wanted.expires_in = std::chrono::seconds(*body->expires_in);
  return wanted;
}

SecretString to_text(const app::NewSecret& made) {
  wire::NewSecretAnswer answer{made.user, made.secret, made.record, {}};
  for (const app::ReplacedSecret& replaced : made.replaced) {
    answer.replaced.push_back({replaced.id, replaced.works_until, replaced.until_idle});
  }
  return wire::to_text(answer);
}

http::Response revoked_response(const Call& call, const std::vector<app::RevokedSecret>& ended) {
  std::vector<wire::RevokedSecret> revoked;
  revoked.reserve(ended.size());
  for (const app::RevokedSecret& secret : ended) {
    revoked.push_back({secret.record, secret.last_token_expires_at});
  }
  return without_storing(
      json_response(200, wire::to_revoked(revoked, call.api.context.clock.now())));
}

ShortPage<SecretRecord> page_of(const std::vector<SecretRecord>& secrets,
                                const SecretPageRequest& wanted) {
  std::span<const SecretRecord> rest = secrets;
  if (wanted.after) {
    rest = items_after(secrets, [&](const SecretRecord& one) { return one.id == *wanted.after; });
  }
  return first_page_of(rest, wanted.limit);
}

}  // namespace

Result<http::Response> list_secrets(const Call& call) {
  const auto api_user = uuid_of(call);
  if (!api_user) return failure(api_user.error());
  const auto wanted = parse_secret_page_query(call.request.query);
  if (!wanted) return failure(wanted.error());
  const auto secrets = app::list_secrets(call.api.context, call.actor, *api_user);
  if (!secrets) return failure(secrets.error());
  const auto page = page_of(*secrets, *wanted);
  boost::json::array items;
  const Timestamp now = call.api.context.clock.now();
  for (const SecretRecord& secret : page.items) items.push_back(wire::to_json(secret, now));
  std::optional<SecretId> next;
  if (page.cursor) next = page.cursor->id;
  return without_storing(json_response(200, wire::to_list(std::move(items), next)));
}

Result<http::Response> create_secret(const Call& call) {
  const auto api_user = uuid_of(call);
  if (!api_user) return failure(api_user.error());
  const auto wanted = read_secret_request(call.request);
  if (!wanted) return failure(wanted.error());
  const auto made = app::make_secret(call.api.context, call.actor, *api_user, *wanted);
  if (!made) return failure(made.error());
  http::Response response = secret_response(201, to_text(*made));
  response.headers.add("Location", "/v1/projects/" + call.actor.project.name.text() +
                                       "/api-users/" + made->user.id.text() + "/secrets/" +
                                       made->record.id.text());
  return response;
}

Result<http::Response> revoke_secrets(const Call& call) {
  const auto api_user = uuid_of(call);
  if (!api_user) return failure(api_user.error());
  const auto revoked =
      change_if_match(call.request.headers, [&](const app::ExpectedVersion& expected) {
        return app::revoke_secrets(call.api.context, call.actor, *api_user, expected);
      });
  if (!revoked) return failure(revoked.error());
  return revoked_response(call, *revoked);
}

Result<http::Response> revoke_secret(const Call& call) {
  const auto api_user = uuid_of(call);
  if (!api_user) return failure(api_user.error());
  const auto id = secret_id_of(call);
  if (!id) return failure(id.error());
  const auto revoked =
      change_if_match(call.request.headers, [&](const app::ExpectedVersion& expected) {
        return app::revoke_secret(call.api.context, call.actor, *api_user, *id, expected);
      });
  if (!revoked) return failure(revoked.error());
  return revoked_response(call, *revoked);
}

}  // namespace ptkl::server::endpoints

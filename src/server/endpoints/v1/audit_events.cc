// /v1/projects/{project}/audit-events
#include <optional>
#include <string>
#include <utility>

#include <boost/json/array.hpp>

#include "app/audit/queries.h"
#include "server/api/query_parameters.h"
#include "server/api/responses.h"
#include "server/endpoints/endpoints.h"
#include "wire/audit.h"
#include "wire/json.h"
#include "wire/pages.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {

Result<http::Response> list_audit_events(const AuthenticatedRequest& request) {
  const auto query = parse_audit_query(request.http.query);
  if (!query) return failed(query);
  const auto page = app::list_audit_events(request.context.app, request.actor, *query);
  if (!page) return failed(page);
  return without_storing({200, {{"Content-Type", "application/json"}}, wire::to_text(*page)});
}

Result<http::Response> list_audit_checkpoints(const AuthenticatedRequest& request) {
  const auto query = parse_page_query(request.http.query, &wire::parse_number_cursor);
  if (!query) return failed(query);
  auto checkpoints = app::list_audit_checkpoints(request.context.app, request.actor, *query);
  if (!checkpoints) return failed(checkpoints);
  std::optional<std::string> next;
  if (checkpoints->size() > query->limit) {
    checkpoints->resize(query->limit);
    next = wire::to_cursor(checkpoints->back().payload.number);
  }
  boost::json::array items;
  for (const SignedAuditCheckpoint& one : *checkpoints) items.push_back(wire::to_json(one));
  auto key =
      wire::parse_json(request.context.app.audit_signer.public_jwk(request.actor.project.id));
  if (!key) return failed(key);
  boost::json::object body = wire::to_list(std::move(items), next);
  body["key"] = std::move(*key);
  return without_storing(json_response(200, body));
}

Result<http::Response> get_audit_checkpoint(const AuthenticatedRequest& request) {
  const auto current = app::get_audit_checkpoint(request.context.audit_checkpoints,
                                                 request.context.app, request.actor);
  if (!current) return failed(current);
  auto jwk = wire::parse_json(current->public_jwk);
  if (!jwk) return failed(jwk);
  boost::json::object body = wire::to_json(current->checkpoint);
  body["key"] = std::move(*jwk);
  return without_storing(json_response(200, body));
}

}  // namespace ptkl::server::endpoints

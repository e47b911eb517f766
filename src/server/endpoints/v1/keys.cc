// /v1/projects/{project}/keys
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>

#include "app/projects/key_rotation.h"
#include "server/api/pagination.h"
#include "server/api/query_parameters.h"
#include "server/api/responses.h"
#include "server/endpoints/endpoints.h"
#include "wire/pages.h"
#include "wire/requests.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {
namespace {

PageView<SigningKeyDetails> page_of(const std::vector<SigningKeyDetails>& keys,
                                    const KeyedPageRequest<std::string>& page) {
  std::span<const SigningKeyDetails> rest = keys;
  if (page.after) {
    rest = after_cursor(keys,
                        [&](const SigningKeyDetails& one) { return one.key.kid == *page.after; });
  }
  return take_page(rest, page.limit);
}

}  // namespace

Result<http::Response> list_keys(const AuthenticatedRequest& request) {
  const auto query = parse_page_query(request.http.query, &wire::parse_key_cursor);
  if (!query) return failed(query);
  const auto keys = app::list_signing_keys(request.context.app, request.actor);
  if (!keys) return failed(keys);
  const auto page = page_of(*keys, *query);
  boost::json::array items;
  for (const SigningKeyDetails& key : page.items) items.push_back(wire::to_json(key));
  std::optional<std::string> next;
  if (page.cursor) next = page.cursor->key.kid;
  return without_storing(json_response(200, wire::to_list(std::move(items), next)));
}

Result<http::Response> rotate_keys(const AuthenticatedRequest& request) {
  const auto body = wire::parse_rotate_keys(request.http.body);
  if (!body) return failed(body);
  const auto key = app::rotate_signing_key(request.context.app, request.actor, *body);
  if (!key) return failed(key);
  return without_storing(json_response(200, wire::to_json(*key)));
}

}  // namespace ptkl::server::endpoints

// /v1/projects/{project}/keys
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>

#include "app/projects/signing_keys.h"
#include "server/api/json_response.h"
#include "server/api/pagination.h"
#include "server/api/query_parameters.h"
#include "server/endpoints/endpoints.h"
#include "wire/pages.h"
#include "wire/requests.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {
namespace {

ShortPage<SigningKeyDetails> page_of(const std::vector<SigningKeyDetails>& keys,
                                     const KeyPageRequest& wanted) {
  std::span<const SigningKeyDetails> rest = keys;
  if (wanted.after) {
    rest = items_after(keys,
                       [&](const SigningKeyDetails& one) { return one.key.kid == *wanted.after; });
  }
  return first_page_of(rest, wanted.limit);
}

}  // namespace

Result<http::Response> list_keys(const Call& call) {
  const auto wanted = parse_key_page_query(call.request.query);
  if (!wanted) return failure(wanted.error());
  const auto keys = app::list_signing_keys(call.api.context, call.actor);
  if (!keys) return failure(keys.error());
  const auto page = page_of(*keys, *wanted);
  boost::json::array items;
  for (const SigningKeyDetails& key : page.items) items.push_back(wire::to_json(key));
  std::optional<std::string> next;
  if (page.cursor) next = page.cursor->key.kid;
  return without_storing(json_response(200, wire::to_list(std::move(items), next)));
}

Result<http::Response> rotate_keys(const Call& call) {
  const auto wanted = wire::parse_rotate_keys(call.request.body);
  if (!wanted) return failure(wanted.error());
  const auto key =
      app::rotate_signing_key(call.api.context, call.actor, {wanted->algorithm, wanted->mode});
  if (!key) return failure(key.error());
  return without_storing(json_response(200, wire::to_json(*key)));
}

}  // namespace ptkl::server::endpoints

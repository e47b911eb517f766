// /v1/projects/{project}/keys
#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>

#include "app/signing_keys.h"
#include "server/endpoints/endpoints.h"
#include "server/json_response.h"
#include "server/query.h"
#include "wire/requests.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {
namespace {

/// What follows `after`; the end when that one is not there any more.
auto first_of_page(const std::vector<SigningKeyDetails>& keys, const KeyPageRequest& page) {
  if (!page.after) return keys.begin();
  const auto after = std::find_if(keys.begin(), keys.end(), [&](const SigningKeyDetails& one) {
    return one.key.kid == *page.after;
  });
  return after == keys.end() ? after : std::next(after);
}

}  // namespace

Result<http::Response> list_keys(const Call& call) {
  const auto wanted = parse_key_page_query(call.request.query);
  if (!wanted) return failure(wanted.error());
  const auto keys = app::list_signing_keys(call.api.ports, call.actor);
  if (!keys) return failure(keys.error());
  const auto first = first_of_page(*keys, *wanted);
  const auto last =
      first + std::min<std::ptrdiff_t>(std::ptrdiff_t(wanted->limit), keys->end() - first);
  boost::json::array items;
  for (auto key = first; key != last; ++key) items.push_back(wire::to_json(*key));
  std::optional<std::string> next;
  if (last != keys->end()) next = std::prev(last)->key.kid;
  return without_storing(json_response(200, wire::to_list_of_keys(std::move(items), next)));
}

Result<http::Response> rotate_keys(const Call& call) {
  const auto wanted = wire::parse_rotate_keys(call.request.body);
  if (!wanted) return failure(wanted.error());
  const auto key =
      app::rotate_signing_key(call.api.ports, call.actor, {wanted->algorithm, wanted->mode});
  if (!key) return failure(key.error());
  return without_storing(json_response(200, wire::to_json(*key)));
}

}  // namespace ptkl::server::endpoints

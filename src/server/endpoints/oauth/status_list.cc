// GET /projects/{project}/oauth2/status-lists/{n} (draft-ietf-oauth-status-list-16 §8).
#include <string>

#include "server/api/conditional_request.h"
#include "server/api/query_parameters.h"
#include "server/api/responses.h"
#include "server/endpoints/endpoints.h"

namespace ptkl::server::endpoints {
namespace {

http::Response refuse_historical_list(const PublicRequest& request) {
  http::Response response = oauth_error_response(
      {OAuthErrorCode::invalid_request,
       "status lists of earlier times are not available; omit the parameter time"},
      request.http);
  response.status = 501;
  return response;
}

/// The end of the signature, which identifies the list as well as a hash of it would.
std::string etag_of(const std::string& token) {
  constexpr std::size_t kLength = 43;
  return '"' + token.substr(token.size() - kLength) + '"';
}

}  // namespace

http::Response get_status_list(const PublicRequest& request) {
  // A client requests the list of an earlier time with it (§8.4).
  if (has_parameter(request.http.query, "time")) return refuse_historical_list(request);
  const auto list = request.context.status_lists.find(request.path[0], request.path[1]);
  if (!list) return oauth_error_response(list.error(), request.http, request.context.app.log);
  const std::string etag = etag_of(**list);
  // A cache may store the list but must revalidate it for each request: with a max-age of the
  // list's ttl, a verifier would learn of a revocation after twice the ttl.
  http::Response response{200, {{"Cache-Control", "public, no-cache"}, {"ETag", etag}}};
  if (matches_if_none_match(request.http.headers, etag)) {
    response.status = 304;
    return response;
  }
  response.headers.add("Content-Type", "application/statuslist+jwt");
  response.body = **list;
  return response;
}

}  // namespace ptkl::server::endpoints

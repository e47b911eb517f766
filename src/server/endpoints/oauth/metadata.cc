// The public documents of a project's issuer: its metadata (RFC 8414, and the same document at the
// path of OpenID Connect Discovery) and its keys (GET /projects/{project}/oauth2/jwks, RFC 7517).
#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "app/oauth/client_auth/client_authentication.h"
#include "app/oauth/grants/grant.h"
#include "app/projects/signing_keys.h"
#include "core/project.h"
#include "server/api/responses.h"
#include "server/endpoints/endpoints.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {
namespace {

boost::json::array grant_types() {
  boost::json::array names;
  for (const app::Grant& grant : app::supported_grants()) {
    names.emplace_back(std::string_view(grant.grant_type));
  }
  return names;
}

using Names = std::initializer_list<std::string_view>;

/// The methods of client authentication, between others that an endpoint takes besides.
boost::json::array auth_methods(Names before = {}, Names after = {}) {
  boost::json::array names;
  for (const std::string_view name : before) names.emplace_back(name);
  for (const std::string_view name : app::client_auth_methods()) names.emplace_back(name);
  for (const std::string_view name : after) names.emplace_back(name);
  return names;
}

boost::json::object metadata_of(const std::string& issuer) {
  return {{"issuer", issuer},
          {"token_endpoint", issuer + "/oauth2/token"},
          {"introspection_endpoint", issuer + "/oauth2/introspect"},
          {"revocation_endpoint", issuer + "/oauth2/revoke"},
          {"jwks_uri", issuer + "/oauth2/jwks"},
          {"grant_types_supported", grant_types()},
          {"response_types_supported", boost::json::array()},
          {"token_endpoint_auth_methods_supported", auth_methods()},
          // RFC 8414 §2 takes the names of token types here too.
          {"introspection_endpoint_auth_methods_supported", auth_methods({}, {"Bearer"})},
          {"revocation_endpoint_auth_methods_supported", auth_methods({"none"})}};
}

struct Issuer {
  std::string url;
  std::vector<SigningKey> keys;
};

/// The issuer of the project in the path. Errors: not_found.
Result<Issuer> find_issuer(const PublicRequest& request) {
  const auto name = ProjectName::parse(request.path.front());
  if (!name) return failure(ErrorCode::not_found, "there is no such project");
  auto keys = app::list_published_keys(request.context.app, name->text());
  if (!keys) return failed(keys);
  return Issuer{issuer_of(request.context.app.public_url, *name), std::move(*keys)};
}

/// Each algorithm once, the active key's first.
boost::json::array algorithms_of(const std::vector<SigningKey>& keys) {
  boost::json::array names;
  for (const SigningKey& key : keys) {
    const boost::json::value name(to_text(key.algorithm));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

http::Response metadata_response(const PublicRequest& request,
                                 const boost::json::object& metadata) {
  http::Response response = json_response(200, metadata);
  // It names the algorithms of the keys, so it may be cached as long as the JWKS.
  const std::chrono::seconds max_age = jwks_max_age(request.context.app.key_rotation);
  response.headers.add("Cache-Control", "public, max-age=" + std::to_string(max_age.count()));
  return response;
}

}  // namespace

http::Response get_authorization_server_metadata(const PublicRequest& request) {
  const auto issuer = find_issuer(request);
  if (!issuer) return problem_response(issuer.error(), request.http, request.context.app.log);
  return metadata_response(request, metadata_of(issuer->url));
}

http::Response get_openid_configuration(const PublicRequest& request) {
  const auto issuer = find_issuer(request);
  if (!issuer) return problem_response(issuer.error(), request.http, request.context.app.log);
  boost::json::object metadata = metadata_of(issuer->url);
  // Required by OpenID Connect Discovery 1.0 §3, and so by its clients, although this server issues
  // no ID tokens.
  metadata["subject_types_supported"] = boost::json::array{"public"};
  metadata["id_token_signing_alg_values_supported"] = algorithms_of(issuer->keys);
  return metadata_response(request, metadata);
}

http::Response get_jwks(const PublicRequest& request) {
  const auto keys = app::list_published_keys(request.context.app, request.path.front());
  if (!keys) return oauth_error_response(keys.error(), request.http, request.context.app.log);
  // Cached copies must expire before a key signs that they do not contain.
  const std::chrono::seconds max_age = jwks_max_age(request.context.app.key_rotation);
  return {200,
          {{"Content-Type", "application/json"},
           {"Cache-Control", "public, max-age=" + std::to_string(max_age.count())}},
          wire::to_jwks(*keys)};
}

}  // namespace ptkl::server::endpoints

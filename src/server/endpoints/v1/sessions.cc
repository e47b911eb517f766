// POST /v1/projects/{project}/sessions
#include <utility>

#include "app/users/login.h"
#include "server/api/json_response.h"
#include "server/api/request_headers.h"
#include "server/endpoints/endpoints.h"
#include "wire/requests.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {

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

// POST /v1/invitations/accept
#include <utility>

#include "app/users/accept_invitation.h"
#include "server/api/json_response.h"
#include "server/api/request_headers.h"
#include "server/endpoints/endpoints.h"
#include "wire/requests.h"

namespace ptkl::server::endpoints {

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

}  // namespace ptkl::server::endpoints

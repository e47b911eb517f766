// POST /v1/invitations/accept
#include <utility>

#include "app/users/accept_invitation.h"
#include "server/api/json_response.h"
#include "server/api/request_origin.h"
#include "server/endpoints/endpoints.h"
#include "wire/requests.h"

namespace ptkl::server::endpoints {

Result<http::Response> accept_invitation(const OpenCall& call) {
  auto body = wire::parse_accept_invitation(call.request.body);
  if (!body) return failure(body.error());
  const auto accepted = app::accept_invitation(
      call.api.context,
      {std::move(body->token), std::move(body->password), origin_of(call.request)});
  if (!accepted) return failure(accepted.error());
  return without_storing(json_response(200, {{"project", accepted->project.name.text()},
                                             {"uuid", accepted->user.id.text()},
                                             {"email", accepted->user.email.text()}}));
}

}  // namespace ptkl::server::endpoints

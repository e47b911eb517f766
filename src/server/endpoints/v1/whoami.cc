// GET /v1/projects/{project}/whoami
#include "server/api/responses.h"
#include "server/endpoints/endpoints.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {

Result<http::Response> get_whoami(const AuthenticatedRequest& request) {
  const app::Actor& actor = request.actor;
  return without_storing(json_response(
      200, wire::to_json(wire::WhoAmI{actor.project.name, actor.principal, actor.roles,
                                      actor.grants, actor.token_expires_at})));
}

}  // namespace ptkl::server::endpoints

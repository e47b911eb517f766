// POST /projects/{project}/oauth2/revoke (RFC 7009).
#include "app/oauth/revoke_token.h"
#include "server/api/error_response.h"
#include "server/api/form.h"
#include "server/api/json_response.h"
#include "server/api/request_origin.h"
#include "server/endpoints/endpoints.h"

namespace ptkl::server::endpoints {

http::Response revoke_token(const OpenCall& call) {
  const auto form = Form::parse(call.request);
  if (!form) return oauth_error_response(form.error(), call.request);
  const auto token = form->find("token");
  if (!token) {
    return oauth_error_response({OAuthErrorCode::invalid_request, "the parameter token is missing"},
                                call.request);
  }
  // Having the token is enough: whatever credentials the client sends along, nobody asks for them.
  const app::ClaimedClient caller{call.path.front(), "", origin_of(call.request)};
  const auto revoked = app::revoke_token(call.api.context, caller, *token);
  if (!revoked) return oauth_error_response(revoked.error(), call.request);
  return without_storing({200, {}, ""});
}

}  // namespace ptkl::server::endpoints

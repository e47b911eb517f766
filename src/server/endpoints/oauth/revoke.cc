// POST /projects/{project}/oauth2/revoke (RFC 7009).
#include "app/oauth/revoke_token.h"
#include "server/api/error_response.h"
#include "server/api/form.h"
#include "server/api/json_response.h"
#include "server/api/request_headers.h"
#include "server/endpoints/endpoints.h"

namespace ptkl::server::endpoints {

http::Response revoke_token(const PublicRequest& request) {
  const auto form = Form::parse(request.http);
  if (!form) return oauth_error_response(form.error(), request.http);
  const auto token = form->find("token");
  if (!token) {
    return oauth_error_response({OAuthErrorCode::invalid_request, "the parameter token is missing"},
                                request.http);
  }
  // Possession of the token is enough: credentials that the client sends along are not read.
  const app::ClaimedClient caller{request.path.front(), "", origin_of(request.http)};
  const auto revoked = app::revoke_token(request.context.app, caller, *token);
  if (!revoked) return oauth_error_response(revoked.error(), request.http);
  return without_storing({200, {}, ""});
}

}  // namespace ptkl::server::endpoints

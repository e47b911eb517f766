// The handlers, one file per concern; server/routes.cc says which path leads to which.
#pragma once

#include "base/result.h"
#include "http/message.h"
#include "server/api/handler_context.h"

namespace ptkl::server::endpoints {

// oauth_token.cc, introspect.cc, revoke.cc, jwks.cc, status_list.cc, metadata.cc
http::Response issue_token(const OpenCall& call);
http::Response introspect_token(const OpenCall& call);
http::Response revoke_token(const OpenCall& call);
http::Response get_jwks(const OpenCall& call);
http::Response get_status_list(const OpenCall& call);
http::Response get_authorization_server_metadata(const OpenCall& call);
http::Response get_openid_configuration(const OpenCall& call);

// accept_invitation_page.cc
http::Response get_accept_invitation_page(const OpenCall& call);

// health.cc, metrics.cc, openapi.cc
http::Response get_health(const OpenCall& call);
http::Response get_readiness(const OpenCall& call);
http::Response get_metrics(const OpenCall& call);
http::Response get_openapi(const OpenCall& call);

// api_users.cc
Result<http::Response> list_api_users(const Call& call);
Result<http::Response> create_api_user(const Call& call);
Result<http::Response> get_api_user(const Call& call);
Result<http::Response> update_api_user(const Call& call);
Result<http::Response> delete_api_user(const Call& call);

// secrets.cc
Result<http::Response> list_secrets(const Call& call);
Result<http::Response> create_secret(const Call& call);
Result<http::Response> revoke_secrets(const Call& call);
Result<http::Response> revoke_secret(const Call& call);

// roles.cc
Result<http::Response> list_roles(const Call& call);
Result<http::Response> create_role(const Call& call);
Result<http::Response> get_role(const Call& call);
Result<http::Response> update_role(const Call& call);
Result<http::Response> delete_role(const Call& call);

// permissions.cc
Result<http::Response> list_permissions(const Call& call);

// users.cc, invitations.cc, sessions.cc
Result<http::Response> list_users(const Call& call);
Result<http::Response> get_user(const Call& call);
Result<http::Response> delete_user(const Call& call);
Result<http::Response> invite_user(const Call& call);
Result<http::Response> accept_invitation(const OpenCall& call);
Result<http::Response> create_session(const OpenCall& call);

// keys.cc
Result<http::Response> list_keys(const Call& call);
Result<http::Response> rotate_keys(const Call& call);

// audit_events.cc
Result<http::Response> list_audit_events(const Call& call);
Result<http::Response> list_audit_heads(const Call& call);
Result<http::Response> get_audit_head(const Call& call);

// whoami.cc
Result<http::Response> get_whoami(const Call& call);

}  // namespace ptkl::server::endpoints

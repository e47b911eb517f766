// The handlers, one file per resource; routes.cc says which path leads to which.
#pragma once

#include "base/result.h"
#include "http/message.h"
#include "server/api/handler_context.h"

namespace ptkl::server::endpoints {

// oauth/
http::Response issue_token(const PublicRequest& request);
http::Response introspect_token(const PublicRequest& request);
http::Response revoke_token(const PublicRequest& request);
http::Response get_jwks(const PublicRequest& request);
http::Response get_status_list(const PublicRequest& request);
http::Response get_authorization_server_metadata(const PublicRequest& request);
http::Response get_openid_configuration(const PublicRequest& request);

// pages/
http::Response get_accept_invitation_page(const PublicRequest& request);

// ops/
http::Response get_health(const PublicRequest& request);
http::Response get_readiness(const PublicRequest& request);
http::Response get_metrics(const PublicRequest& request);
http::Response get_openapi(const PublicRequest& request);

// v1/api_users.cc
Result<http::Response> list_api_users(const AuthenticatedRequest& request);
Result<http::Response> create_api_user(const AuthenticatedRequest& request);
Result<http::Response> get_api_user(const AuthenticatedRequest& request);
Result<http::Response> update_api_user(const AuthenticatedRequest& request);
Result<http::Response> delete_api_user(const AuthenticatedRequest& request);

// v1/secrets.cc
Result<http::Response> list_secrets(const AuthenticatedRequest& request);
Result<http::Response> create_secret(const AuthenticatedRequest& request);
Result<http::Response> revoke_secrets(const AuthenticatedRequest& request);
Result<http::Response> revoke_secret(const AuthenticatedRequest& request);

// v1/roles.cc
Result<http::Response> list_roles(const AuthenticatedRequest& request);
Result<http::Response> list_pending_status_updates(const AuthenticatedRequest& request);
Result<http::Response> create_role(const AuthenticatedRequest& request);
Result<http::Response> get_role(const AuthenticatedRequest& request);
Result<http::Response> update_role(const AuthenticatedRequest& request);
Result<http::Response> delete_role(const AuthenticatedRequest& request);

// v1/permissions.cc
Result<http::Response> list_permissions(const AuthenticatedRequest& request);

// v1/users.cc
Result<http::Response> list_users(const AuthenticatedRequest& request);
Result<http::Response> get_user(const AuthenticatedRequest& request);
Result<http::Response> delete_user(const AuthenticatedRequest& request);
Result<http::Response> invite_user(const AuthenticatedRequest& request);
Result<http::Response> accept_invitation(const PublicRequest& request);
Result<http::Response> create_session(const PublicRequest& request);

// v1/keys.cc
Result<http::Response> list_keys(const AuthenticatedRequest& request);
Result<http::Response> rotate_keys(const AuthenticatedRequest& request);

// v1/audit_events.cc
Result<http::Response> list_audit_events(const AuthenticatedRequest& request);
Result<http::Response> list_audit_checkpoints(const AuthenticatedRequest& request);
Result<http::Response> get_audit_checkpoint(const AuthenticatedRequest& request);

// v1/whoami.cc
Result<http::Response> get_whoami(const AuthenticatedRequest& request);

}  // namespace ptkl::server::endpoints

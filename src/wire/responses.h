// The response bodies of the server. The client prints them as JSON unchanged, so that the
// additional keys of a newer server arrive, and picks values from them for its tables.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/secret_string.h"
#include "base/timestamp.h"
#include "core/access_token.h"
#include "core/api_user.h"
#include "core/client_credential.h"
#include "core/keys/signing_key.h"
#include "core/keys/signing_key_rotation.h"
#include "core/page.h"
#include "core/permission.h"
#include "core/principal.h"
#include "core/project.h"
#include "core/rights_change.h"
#include "core/role.h"
#include "core/secret_requests.h"
#include "core/user.h"

namespace ptkl::wire {

/// `now` decides which status a secret has.
boost::json::object to_json(const ApiUserDetails& user, Timestamp now);
boost::json::object to_json(const ClientCredential& secret, Timestamp now);
boost::json::object to_json(const Role& role);
/// `{role: {uuid, name, deleted}, pending_status_updates, total, started_at}`.
boost::json::object to_json(const RightsChange& change);

/// `{uuid, email, status, roles: [{uuid, name}], created_at, updated_at, invitation_expires_at,
/// last_sign_in_at, last_sign_in_from}`.
boost::json::object to_json(const UserDetails& user);

/// Borrows its values.
struct PermissionItem {
  const Permission& permission;
  std::string_view description;  ///< empty for a permission of the services
  std::int64_t role_count;
};
/// `{permission, description: "…" | null, role_count}`.
boost::json::object to_json(const PermissionItem& item);

/// Borrows its values.
struct InvitationAnswer {
  const UserDetails& user;
  std::string_view delivery;  ///< `email`, `link` or `failed`
  const std::optional<SecretString>& link;
};
/// The user with `delivery`, and `link` if there is one. The text holds the link: a caller that
/// copies it out of the SecretString wipes the copy.
SecretString to_text(const InvitationAnswer& answer);

/// `{kid, algorithm, status, created_at, activates_at, activated_at, retired_at, published_until}`:
/// never the private key.
boost::json::object to_json(const SigningKeyDetails& key);

/// `{uuid, username, secret, secret_id, created_at, expires_at, replaced: [{secret_id, works_until,
/// until_idle_seconds}]}`. The text holds the secret: a caller that copies it out of the
/// SecretString wipes the copy.
SecretString to_text(const CreatedSecret& created);

/// `{"revoked": [{…secret, last_token_expires_at}]}`.
boost::json::object to_revoked(std::span<const RevokedSecret> secrets, Timestamp now);

/// Borrows its values.
struct WhoAmI {
  const ProjectName& project;
  const Principal& principal;
  std::span<const Role> roles;
  const Grants& grants;
  Timestamp token_expires_at;
};
/// `{project, kind, uuid, username, roles: [{uuid, name}], permissions, workspaces, level,
/// token_expires_at}`; `kind` is `api_user` or `user`, whose username is the email.
boost::json::object to_json(const WhoAmI& caller);

/// RFC 6749 §5.1. Borrows its values.
struct TokenAnswer {
  const SecretString& access_token;
  std::chrono::seconds expires_in;
  std::string_view scope;
};
/// The text holds the token: a caller that copies it out of the SecretString wipes the copy.
SecretString to_text(const TokenAnswer& answer);

/// RFC 7662 §2.2: `active`, `token_type`, `username` and the claims; `{"active": false}` alone
/// where there are none.
boost::json::object to_introspection(const std::optional<AccessToken>& claims);

/// RFC 7517 §5: `{"keys": […]}` of the public keys. Has no private members, because
/// SigningKey::public_jwk has none.
std::string to_jwks(std::span<const SigningKey> keys);

}  // namespace ptkl::wire

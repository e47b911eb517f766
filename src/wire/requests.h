// The bodies that the command line sends and the server reads.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret_string.h"
#include "base/uuid.h"
#include "core/api_user.h"
#include "core/email.h"
#include "core/role.h"
#include "core/signing_key_rotation.h"

namespace ptkl::wire {

/// Each parse_…() checks every member and reports all faults at once: invalid_argument with
/// `fields`.

struct CreateApiUserBody {
  Username username;
  std::string description;
  std::vector<Uuid> roles;
};
std::string to_json(const CreateApiUserBody& body);
Result<CreateApiUserBody> parse_create_api_user(std::string_view json);

/// What is absent stays as it is.
struct UpdateApiUserBody {
  std::optional<std::string> description;
  std::optional<ApiUserStatus> status;
  std::optional<std::vector<Uuid>> roles;
};
std::string to_json(const UpdateApiUserBody& body);
Result<UpdateApiUserBody> parse_update_api_user(std::string_view json);

struct NewSecretBody {
  std::int64_t overlap_seconds = 0;
  std::optional<std::int64_t> until_idle_seconds;
  std::optional<std::int64_t> expires_in;  ///< seconds
  std::string label;
};
std::string to_json(const NewSecretBody& body);
/// The empty text is the empty object.
Result<NewSecretBody> parse_new_secret(std::string_view json);

struct CreateRoleBody {
  RoleName name;
  PermissionSet permissions;
  std::set<Workspace> workspaces;
  AccessLevel level;
};
std::string to_json(const CreateRoleBody& body);
Result<CreateRoleBody> parse_create_role(std::string_view json);

/// What is absent stays as it is.
struct UpdateRoleBody {
  std::optional<PermissionSet> permissions;
  std::optional<std::set<Workspace>> workspaces;
  std::optional<AccessLevel> level;
};
std::string to_json(const UpdateRoleBody& body);
Result<UpdateRoleBody> parse_update_role(std::string_view json);

struct InviteUserBody {
  Email email;
  std::vector<Uuid> roles;
};
std::string to_json(const InviteUserBody& body);
Result<InviteUserBody> parse_invite_user(std::string_view json);

/// Neither text has been checked: what is no invitation's token is an invitation that is not there.
struct AcceptInvitationBody {
  SecretString token;
  SecretString password;
};
SecretString to_json(const AcceptInvitationBody& body);
Result<AcceptInvitationBody> parse_accept_invitation(std::string_view json);

/// A person logs in.
struct NewSessionBody {
  Email email;
  SecretString password;
};
SecretString to_json(const NewSessionBody& body);
Result<NewSessionBody> parse_new_session(std::string_view json);

struct RotateKeysBody {
  std::optional<SigningAlgorithm> algorithm;
  RotationMode mode = RotationMode::scheduled;
};
std::string to_json(const RotateKeysBody& body);
/// The empty text is the empty object.
Result<RotateKeysBody> parse_rotate_keys(std::string_view json);

}  // namespace ptkl::wire

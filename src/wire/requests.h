// The request bodies that the client sends and the server reads.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret_string.h"
#include "core/api_user.h"
#include "core/email.h"
#include "core/keys/signing_key_rotation.h"
#include "core/role.h"
#include "core/secret_requests.h"
#include "core/user.h"

namespace ptkl::wire {

// Each parse function checks every member. Errors: invalid_argument with one FieldError per fault.

std::string to_json(const CreateApiUser& request);
Result<CreateApiUser> parse_create_api_user(std::string_view json);

std::string to_json(const UpdateApiUser& request);
Result<UpdateApiUser> parse_update_api_user(std::string_view json);

std::string to_json(const CreateSecret& request);
/// The empty text is the empty object.
Result<CreateSecret> parse_create_secret(std::string_view json);

std::string to_json(const CreateRole& request);
Result<CreateRole> parse_create_role(std::string_view json);

std::string to_json(const UpdateRole& request);
Result<UpdateRole> parse_update_role(std::string_view json);

std::string to_json(const InviteUser& request);
Result<InviteUser> parse_invite_user(std::string_view json);

std::string to_json(const RotateKeys& request);
/// The empty text is the empty object.
Result<RotateKeys> parse_rotate_keys(std::string_view json);

/// Neither text is checked: a text that is no token belongs to no invitation.
struct AcceptInvitationBody {
  SecretString token;
  SecretString password;
};
Result<AcceptInvitationBody> parse_accept_invitation(std::string_view json);

/// The login of a user.
struct NewSessionBody {
  Email email;
  SecretString password;
};
SecretString to_json(const NewSessionBody& body);
Result<NewSessionBody> parse_new_session(std::string_view json);

}  // namespace ptkl::wire

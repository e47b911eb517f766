// From a uuid or a name on the command line to the uuid of a request.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "cli/client/remote_api.h"
#include "cli/framework/failure.h"

namespace ptkl::cli {

/// A uuid is used without a request; a username is looked up. Errors: invalid_argument, naming --uuid, when
/// it is neither; not_found when no API user has that username.
Outcome<Uuid> find_api_user(RemoteApi& api, std::string_view uuid_or_username);

/// As find_api_user(), for a user and an email.
Outcome<Uuid> find_user(RemoteApi& api, std::string_view uuid_or_email);

/// As find_api_user(), for a role and its name.
Outcome<Uuid> find_role(RemoteApi& api, std::string_view uuid_or_name);

/// As find_role(), for the roles of --roles. Errors: not_found, naming every unknown name.
Outcome<std::vector<Uuid>> find_roles(RemoteApi& api,
                                      const std::vector<std::string>& uuids_or_names);

}  // namespace ptkl::cli

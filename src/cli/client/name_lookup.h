// From what people write (a uuid or a name) to the uuid that requests take.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "cli/client/remote_api.h"
#include "cli/framework/failure.h"

namespace ptkl::cli {

/// A uuid is taken as it is; a username is looked up. Fails with invalid_argument when it is
/// neither, and with not_found when no API user has that username.
Outcome<Uuid> find_api_user(RemoteApi& api, std::string_view uuid_or_username);

/// The same for a person, and their email.
Outcome<Uuid> find_user(RemoteApi& api, std::string_view uuid_or_email);

/// The same for a role, and its name.
Outcome<Uuid> find_role(RemoteApi& api, std::string_view uuid_or_name);

/// For several roles; asks the server at most once. Fails with not_found, naming every unknown
/// name.
Outcome<std::vector<Uuid>> find_roles(RemoteApi& api,
                                      const std::vector<std::string>& uuids_or_names);

}  // namespace ptkl::cli

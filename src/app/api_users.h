// The use cases around API users. Each asks for the permission that it needs itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/authorize.h"
#include "app/expected_version.h"
#include "core/page.h"

namespace ptkl::app {

struct NewApiUser {
  Username username;
  std::string description;
  std::vector<Uuid> roles;
};

/// What is absent stays as it is.
struct ApiUserChange {
  std::optional<std::string> description;
  std::optional<ApiUserStatus> status;
  std::optional<std::vector<Uuid>> roles;  ///< replaces them all
};

/// `api-users.read`.
Result<Page<ApiUserDetails>> list_api_users(const Ports& ports, const Actor& actor,
                                            const PageRequest& page);
/// `api-users.read`. not_found.
Result<ApiUserDetails> get_api_user(const Ports& ports, const Actor& actor, const Uuid& id);

/// `api-users.write`, and every permission of the roles. conflict when the username is or was
/// taken.
Result<ApiUserDetails> create_api_user(const Ports& ports, const Actor& actor,
                                       const NewApiUser& wanted);

/// `api-users.write`, and every permission of the roles that come, and of those that the API user
/// has when it is enabled. What takes rights away (a role off, disabling) ends every token of the
/// API user in the same transaction. conflict when it would leave nobody who holds `*`.
Result<ApiUserDetails> update_api_user(const Ports& ports, const Actor& actor, const Uuid& id,
                                       const ApiUserChange& wanted, ExpectedVersion expected);

/// `api-users.write`. Ends its secrets and tokens at once; the username stays taken. conflict as
/// above.
Result<void> delete_api_user(const Ports& ports, const Actor& actor, const Uuid& id,
                             ExpectedVersion expected);

}  // namespace ptkl::app

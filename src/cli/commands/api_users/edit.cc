#include <utility>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"
#include "cli/commands/api_users/layouts.h"

namespace ptkl::cli::api_users {

void Edit::declare(Options& options) {
  options.word(kUserOption, user, "Which API user");
  options.words("-r,--roles <roles...>", roles,
                "Uuids or names of all its roles from now on;\n\"\" takes every role off");
  output.declare(options);
}

Outcome<void> Edit::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  const auto id = find_api_user(session->api, user);
  if (!id) return failure(id.error());
  UpdateApiUser body;
  auto role_ids = find_roles(session->api, roles);
  if (!role_ids) return failure(std::move(role_ids.error()));
  body.roles = std::move(*role_ids);
  auto updated = session->api.update_api_user(*id, body);
  if (!updated) return failure(std::move(updated.error()));
  return session->output.show(*updated, kLayout);
}

}  // namespace ptkl::cli::api_users

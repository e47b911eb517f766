#include <utility>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"
#include "cli/commands/api_users/layouts.h"
#include "core/secret.h"

namespace ptkl::cli::api_users {

void Create::declare(Options& options) {
  options.word("-u,--username <name>", username,
               "Small letters, digits, '.', '_' and '-'; never reused");
  options.words("-r,--roles <roles...>", roles, "Uuids or names of its roles");
  options.text("-d,--description <text>", description, "What it is for");
  output.declare(options);
}

Outcome<void> Create::run(Context& context) {
  auto name = Username::parse(username);
  if (!name) return failure(std::move(name.error()));
  if (auto checked = check_free_text(description.value_or("")); !checked) {
    return failure(checked.error());
  }
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  auto role_ids = find_roles(session->api, roles.value_or(std::vector<std::string>()));
  if (!role_ids) return failure(std::move(role_ids.error()));
  auto created = session->api.create_api_user(
      {std::move(*name), description.value_or(""), std::move(*role_ids)});
  if (!created) return failure(std::move(created.error()));
  return session->output.show(*created, kLayout);
}

}  // namespace ptkl::cli::api_users

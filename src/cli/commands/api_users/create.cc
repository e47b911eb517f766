#include <utility>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"
#include "core/secret.h"

namespace ptkl::cli::api_users {

void Create::declare(Options& options) {
  options.help(
      R"(Create an API user. It can log in once it has a secret: see `ptkl api-users new-secret`.

Requires the permission api-users.write, and all permissions, workspaces and the level of the assigned
roles. Usernames are never reused, not even after the API user is deleted.)",
      R"(# Create an API user with two roles
ptkl api-users create --username ci-bot --roles deployer reader

# Create an API user without roles, and print its uuid
ptkl api-users create -u backup -d "nightly backups" --quiet)");
  options.word("-u,--username <name>", username,
               "Unique name: 1 to 64 characters of a-z, 0-9, '.', '_' and '-'");
  options.words("-r,--roles <roles...>", roles, "Names or uuids of its roles (default: none)");
  options.text("-d,--description <text>", description,
               "Purpose, up to 200 bytes on one line (default: empty)");
  output.declare(options);
}

Outcome<void> Create::run(Context& context) {
  auto name = Username::parse(username);
  if (!name) return option_failure("--username", std::move(name.error()));
  if (auto checked = check_free_text(description.value_or("")); !checked) {
    return option_failure("--description", checked.error());
  }
  auto session = start_session(output, context);
  if (!session) return failed(session);
  auto role_ids = find_roles(session->api, roles.value_or(std::vector<std::string>()));
  if (!role_ids) return failed(role_ids);
  auto created = session->api.create_api_user(
      {std::move(*name), description.value_or(""), std::move(*role_ids)});
  if (!created) return failed(created);
  return session->output.show(*created, kLayout);
}

}  // namespace ptkl::cli::api_users

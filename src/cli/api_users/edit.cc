#include <utility>

#include "cli/api_users/api_users.h"
#include "cli/api_users/layouts.h"
#include "cli/log_in.h"
#include "cli/lookup.h"

namespace ptkl::cli::api_users {

void Edit::declare(Options& options) {
  options.word(kUserOption, user, "Which API user");
  options.words("-r,--roles <roles...>", roles,
                "Uuids or names of all its roles from now on;\n\"\" takes every role off");
  output.declare(options);
}

Outcome<void> Edit::run(Context& context) {
  auto out = Output::open(output, context);
  if (!out) return failure(std::move(out.error()));
  auto api = log_in(context);
  if (!api) return failure(std::move(api.error()));
  const auto id = find_api_user(*api, user);
  if (!id) return failure(id.error());
  wire::UpdateApiUserBody body;
  auto role_ids = find_roles(*api, roles);
  if (!role_ids) return failure(std::move(role_ids.error()));
  body.roles = std::move(*role_ids);
  auto updated = api->update_api_user(*id, body);
  if (!updated) return failure(std::move(updated.error()));
  return out->show(*updated, kLayout);
}

}  // namespace ptkl::cli::api_users

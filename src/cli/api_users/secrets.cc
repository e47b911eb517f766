#include <utility>

#include "cli/api_users/api_users.h"
#include "cli/api_users/layouts.h"
#include "cli/log_in.h"
#include "cli/lookup.h"

namespace ptkl::cli::api_users {
void Secrets::declare(Options& options) {
  options.word(kUserOption, user, "Which API user");
  output.declare(options);
}

Outcome<void> Secrets::run(Context& context) {
  auto out = Output::open(output, context);
  if (!out) return failure(std::move(out.error()));
  auto api = log_in(context);
  if (!api) return failure(std::move(api.error()));
  const auto id = find_api_user(*api, user);
  if (!id) return failure(id.error());
  auto secrets = api->list_secrets(*id);
  if (!secrets) return failure(std::move(secrets.error()));
  return out->show(*secrets, kSecretsLayout);
}

}  // namespace ptkl::cli::api_users

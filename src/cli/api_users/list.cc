#include <utility>

#include "cli/api_users/api_users.h"
#include "cli/api_users/layouts.h"
#include "cli/log_in.h"

namespace ptkl::cli::api_users {

void List::declare(Options& options) { output.declare(options); }

Outcome<void> List::run(Context& context) {
  auto out = Output::open(output, context);
  if (!out) return failure(std::move(out.error()));
  auto api = log_in(context);
  if (!api) return failure(std::move(api.error()));
  auto users = api->list_api_users();
  if (!users) return failure(std::move(users.error()));
  return out->show(*users, kListLayout);
}

}  // namespace ptkl::cli::api_users

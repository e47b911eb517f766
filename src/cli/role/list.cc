#include <utility>

#include "cli/log_in.h"
#include "cli/role/layouts.h"
#include "cli/role/role.h"

namespace ptkl::cli::role {

void List::declare(Options& options) { output.declare(options); }

Outcome<void> List::run(Context& context) {
  auto out = Output::open(output, context);
  if (!out) return failure(std::move(out.error()));
  auto api = log_in(context);
  if (!api) return failure(std::move(api.error()));
  auto roles = api->list_roles();
  if (!roles) return failure(std::move(roles.error()));
  return out->show(*roles, kListLayout);
}

}  // namespace ptkl::cli::role

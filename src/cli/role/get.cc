#include <utility>

#include "cli/log_in.h"
#include "cli/lookup.h"
#include "cli/role/layouts.h"
#include "cli/role/role.h"

namespace ptkl::cli::role {

void Get::declare(Options& options) {
  options.word("-u,--uuid <uuid|name>", role, "Which role");
  output.declare(options);
}

Outcome<void> Get::run(Context& context) {
  auto out = Output::open(output, context);
  if (!out) return failure(std::move(out.error()));
  auto api = log_in(context);
  if (!api) return failure(std::move(api.error()));
  const auto id = find_role(*api, role);
  if (!id) return failure(id.error());
  auto found = api->get_role(*id);
  if (!found) return failure(std::move(found.error()));
  return out->show(*found, kLayout);
}

}  // namespace ptkl::cli::role

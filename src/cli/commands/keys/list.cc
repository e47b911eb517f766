#include <utility>

#include "cli/client/session.h"
#include "cli/commands/keys/keys.h"
#include "cli/commands/keys/layouts.h"

namespace ptkl::cli::keys {

void List::declare(Options& options) { output.declare(options); }

Outcome<void> List::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  auto keys = session->api.list_keys();
  if (!keys) return failure(std::move(keys.error()));
  return session->output.show(*keys, kListLayout);
}

}  // namespace ptkl::cli::keys

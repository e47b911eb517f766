#include <utility>

#include "cli/keys/keys.h"
#include "cli/keys/layouts.h"
#include "cli/log_in.h"

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

#include <utility>

#include "cli/client/session.h"
#include "cli/commands/keys/keys.h"
#include "cli/commands/keys/layouts.h"

namespace ptkl::cli::keys {

void List::declare(Options& options) {
  options.help(
      R"(List the signing keys that the server publishes: the active key, the next one, and retired keys that
tokens may still be signed with.

Requires the permission keys.write.)",
      R"(# List signing keys
ptkl keys list)");
  output.declare(options);
}

Outcome<void> List::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  auto keys = session->api.list_keys();
  if (!keys) return failure(std::move(keys.error()));
  return session->output.show(*keys, kListLayout);
}

}  // namespace ptkl::cli::keys

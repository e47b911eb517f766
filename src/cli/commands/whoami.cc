#include "cli/commands/whoami.h"

#include <utility>

#include "cli/client/session.h"

namespace ptkl::cli {
namespace {

constexpr Column kColumns[] = {
    {"project", "project"},
    {"kind", "kind"},
    {"uuid", "uuid", CellKind::identifier},
    {"username", "username"},
    {"roles", "roles", CellKind::names},
    {"permissions", "permissions", CellKind::words},
    {"workspaces", "workspaces", CellKind::words},
    {"level", "level"},
    {"token expires", "token_expires_at", CellKind::time},
};

}  // namespace

void Whoami::declare(Options& options) {
  options.help(
      R"(Show who the server authenticates you as: project, name, roles, permissions, workspaces and level, and
when the token expires.

Every valid token may ask this. It is a check of host, project and login.)",
      R"(# Show the caller
ptkl whoami

# Check a token
PTKL_TOKEN=$(cat token) ptkl whoami)");
  output.declare(options);
}

Outcome<void> Whoami::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failed(session);
  auto caller = session->api.whoami();
  if (!caller) return failed(caller);
  return session->output.show(*caller, {kColumns, "uuid"});
}

}  // namespace ptkl::cli

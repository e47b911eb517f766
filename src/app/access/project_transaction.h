// What the use cases of this folder share: running a body in a snapshot or in a transaction.
#pragma once

#include <optional>
#include <string_view>
#include <type_traits>

#include "app/access/actor.h"

namespace ptkl::app {

/// One transaction that changes a project, all of it at one moment.
struct ProjectTransaction {
  const AppContext& context;
  Transaction& transaction;
  Uuid project;
  Timestamp now;
  Initiator by;
  /// Where the project's audit log ends, once that is known.
  std::optional<AuditChainEnd> audit_end = {};
};

/// Runs `body`, a `Result<T>(Transaction&)`, over one snapshot and returns what it returns.
template <class Body>
auto read_snapshot(Store& store, const Body& body) {
  std::invoke_result_t<Body, Transaction&> result =
      failure(ErrorCode::internal, "nothing was read");
  auto done = store.read([&](Transaction& transaction) -> Result<void> {
    result = body(transaction);
    if (!result) return failure(result.error());
    return {};
  });
  if (!done) result = failure(std::move(done.error()));
  return result;
}

/// Runs `body`, a `Result<T>(ProjectTransaction&, const Grants& own)`, in one transaction and returns
/// what it returns. Whoever calls it has asked require() first; here require_now() asks again, and
/// `own` is what the actor holds now. `body` may run again, as Store::transact() says.
template <class Body>
auto run_in_project(const AppContext& context, const Actor& actor, std::string_view permission,
                    const Body& body) {
  std::invoke_result_t<Body, ProjectTransaction&, const Grants&> result =
      failure(ErrorCode::internal, "nothing was changed");
  auto done = context.store.transact([&](Transaction& transaction) -> Result<void> {
    if (auto turn = transaction.projects().lock_project(actor.project.id); !turn) return turn;
    const auto own = require_now(transaction, actor, permission);
    if (!own) return failure(own.error());
    ProjectTransaction change{context, transaction, actor.project.id, context.clock.now(),
                              actor.initiator()};
    result = body(change, *own);
    if (!result) return failure(result.error());
    return {};
  });
  if (!done) result = failure(std::move(done.error()));
  return result;
}

}  // namespace ptkl::app

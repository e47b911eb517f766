// Runs the body of a use case in a snapshot or in a transaction of the store.
#pragma once

#include <optional>
#include <string_view>
#include <type_traits>

#include "app/access/actor.h"

namespace ptkl::app {

/// One transaction that changes a project. Everything in it happens at the time `now`.
struct ProjectTransaction {
  const AppContext& context;
  Transaction& transaction;
  Uuid project;
  Timestamp now;
  Initiator by;
  /// The end of the project's audit log; absent until it has been read.
  std::optional<AuditChainEnd> audit_end = {};
};

/// Runs `body`, a `Result<T>(Transaction&)`, over one snapshot and returns its result.
template <class Body>
auto read_snapshot(Store& store, const Body& body) {
  std::invoke_result_t<Body, Transaction&> result =
      failure(ErrorCode::internal, "the snapshot was not read");
  auto done = store.read([&](Transaction& transaction) -> Result<void> {
    result = body(transaction);
    if (!result) return failed(result);
    return {};
  });
  if (!done) result = failed(done);
  return result;
}

/// As read_snapshot(), for a caller that holds `permission`.
/// Errors: permission_denied, and those of `body`.
template <class Body>
auto read_project(const AppContext& context, const Actor& actor, std::string_view permission,
                  const Body& body) {
  auto allowed = require(actor, permission);
  if (!allowed) return std::invoke_result_t<Body, Transaction&>(failed(allowed));
  return read_snapshot(context.store, body);
}

/// Runs `body`, a `Result<T>(ProjectTransaction&, const Grants& own)`, in one transaction and returns
/// its result. Checks `permission` before the transaction, so that a caller without it does not
/// wait for the project, and again inside; `own` is what the actor holds then. `body` may run again,
/// see Store::transact().
/// Errors: unauthenticated, permission_denied, and those of `body`.
template <class Body>
auto run_in_project(const AppContext& context, const Actor& actor, std::string_view permission,
                    const Body& body) {
  std::invoke_result_t<Body, ProjectTransaction&, const Grants&> result =
      failure(ErrorCode::internal, "the transaction did not run");
  if (auto allowed = require(actor, permission); !allowed) {
    result = failed(allowed);
    return result;
  }
  auto done = context.store.transact([&](Transaction& transaction) -> Result<void> {
    if (auto lock = transaction.projects().lock_project(actor.project.id); !lock) return lock;
    const auto own = require_now(transaction, actor, permission);
    if (!own) return failed(own);
    ProjectTransaction change{context, transaction, actor.project.id, context.clock.now(),
                              actor.initiator()};
    result = body(change, *own);
    if (!result) return failed(result);
    return {};
  });
  if (!done) result = failed(done);
  return result;
}

}  // namespace ptkl::app

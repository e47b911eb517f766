// A project whose audit log a test can extend, and modify outside the server.
#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "app/audit/checkpoints.h"
#include "app/audit/queries.h"
#include "app/audit/record.h"
#include "core/audit/chain.h"
#include "crypto/audit_checkpoint.h"
#include "support/test_app.h"

namespace ptkl::app {

/// The project acme and its audit log.
class AuditCheckpointFixture : public testing::AppFixture {
 protected:
  const Project& acme() { return server_.acme->project; }
  void add_events(int count) {
    testing::expect_done(context_.store.transact([&](Transaction& transaction) -> Result<void> {
      ProjectTransaction change{context_, transaction, acme().id, context_.clock.now(),
                                Initiator::server()};
      for (int i = 0; i < count; ++i) {
        if (auto done = record(change, {.action = "x"}); !done) return done;
      }
      return {};
    }));
  }
  /// Erases events outside the server. Checkpoints stay unchanged.
  void erase_through(std::int64_t number) {
    testing::expect_done(context_.store.transact(
        [&](Transaction& t) { return t.audit().erase_through(acme().id, number); }));
  }
  /// As an attacker with access to the database does it: hashes and checkpoints stay unchanged.
  void change_event(std::int64_t number, const std::function<void(AuditEvent&)>& change) {
    auto events = server_.audit_events();
    change(events.at(static_cast<std::size_t>(number - 1)));
    const auto kept = checkpoints();
    erase_through(events.back().number + 1);
    testing::expect_done(context_.store.transact([&](Transaction& t) -> Result<void> {
      for (const AuditEvent& event : events) {
        if (auto done = t.audit().append(acme().id, event); !done) return done;
      }
      for (const SignedAuditCheckpoint& checkpoint : kept) {
        if (auto done = t.audit().insert_checkpoint(acme().id, checkpoint); !done) return done;
      }
      return {};
    }));
  }
  std::vector<SignedAuditCheckpoint> checkpoints() {
    return list_audit_checkpoints(context_, server_.owner(), {}).value();
  }
  AuditReport check() {
    std::vector<ShownAuditCheckpoint> shown;
    const std::string jwk = server_.audit_signer->public_jwk(acme().id);
    for (const SignedAuditCheckpoint& stored : checkpoints()) {
      auto verified = crypto::verify_audit_checkpoint(stored.jws, jwk);
      shown.push_back(
          {stored.payload.number, verified ? std::optional(std::move(*verified)) : std::nullopt});
    }
    AuditChainCheck check(std::move(shown));
    for (const AuditEvent& event : server_.audit_events()) {
      check.add({event.number, event.previous_hash, event.hash,
                 crypto::audit_hash(to_hashed_json(event))});
    }
    return check.finish();
  }

  AppContext context_ = server_.context();
  AuditCheckpoints signer_ = AuditCheckpoints(context_);
};

}  // namespace ptkl::app

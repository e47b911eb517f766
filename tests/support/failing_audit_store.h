// A store whose audit log rejects further events.
#pragma once

#include "core/ports/store.h"
#include "support/forwarding_transaction.h"

namespace ptkl::testing {

class FullAuditLog final : public AuditRepository {
 public:
  explicit FullAuditLog(AuditRepository& inner) : inner_(inner) {}

  Result<void> append(const Uuid&, const AuditEvent&) override {
    return failure(ErrorCode::unavailable, "the audit log is full");
  }
  Result<AuditChainEnd> find_end(const Uuid& project) override { return inner_.find_end(project); }
  Result<std::optional<AuditEvent>> find(const Uuid& project, std::int64_t number) override {
    return inner_.find(project, number);
  }
  Result<std::optional<AuditEvent>> find_first(const Uuid& project) override {
    return inner_.find_first(project);
  }
  Result<AuditPage> list(const Uuid& project, const AuditQuery& query) override {
    return inner_.list(project, query);
  }
  Result<void> erase_through(const Uuid& project, std::int64_t number) override {
    return inner_.erase_through(project, number);
  }
  Result<void> insert_checkpoint(const Uuid& project,
                                 const SignedAuditCheckpoint& checkpoint) override {
    return inner_.insert_checkpoint(project, checkpoint);
  }
  Result<std::optional<SignedAuditCheckpoint>> find_latest_checkpoint(
      const Uuid& project) override {
    return inner_.find_latest_checkpoint(project);
  }
  Result<std::vector<SignedAuditCheckpoint>> list_checkpoints(const Uuid& project,
                                                              std::int64_t after,
                                                              std::size_t limit) override {
    return inner_.list_checkpoints(project, after, limit);
  }

 private:
  AuditRepository& inner_;
};

class FailingAuditTransaction final : public ForwardingTransaction {
 public:
  explicit FailingAuditTransaction(Transaction& inner)
      : ForwardingTransaction(inner), audit_(inner.audit()) {}

  AuditRepository& audit() override { return audit_; }

 private:
  FullAuditLog audit_;
};

class FailingAuditStore final : public Store {
 public:
  explicit FailingAuditStore(Store& inner) : inner_(inner) {}

  Result<void> transact(const Body& body) override {
    return inner_.transact([&](Transaction& transaction) {
      FailingAuditTransaction failing(transaction);
      return body(failing);
    });
  }
  Result<void> read(const Body& body) override { return inner_.read(body); }

 private:
  Store& inner_;
};

}  // namespace ptkl::testing

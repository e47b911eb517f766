// A store whose audit log takes no further event.
#pragma once

#include "core/store.h"

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
  Result<void> insert_head(const Uuid& project, const SignedAuditHead& head) override {
    return inner_.insert_head(project, head);
  }
  Result<std::optional<SignedAuditHead>> find_latest_head(const Uuid& project) override {
    return inner_.find_latest_head(project);
  }
  Result<std::vector<SignedAuditHead>> list_heads(const Uuid& project, std::int64_t after,
                                                  std::size_t limit) override {
    return inner_.list_heads(project, after, limit);
  }

 private:
  AuditRepository& inner_;
};

class FailingAuditTransaction final : public Transaction {
 public:
  explicit FailingAuditTransaction(Transaction& inner) : inner_(inner), audit_(inner.audit()) {}

  ProjectRepository& projects() override { return inner_.projects(); }
  ApiUserRepository& api_users() override { return inner_.api_users(); }
  SecretRepository& secrets() override { return inner_.secrets(); }
  RoleRepository& roles() override { return inner_.roles(); }
  UserRepository& users() override { return inner_.users(); }
  SessionRepository& sessions() override { return inner_.sessions(); }
  StatusSlotRepository& status_slots() override { return inner_.status_slots(); }
  RevokedTokenRepository& revoked_tokens() override { return inner_.revoked_tokens(); }
  SigningKeyRepository& signing_keys() override { return inner_.signing_keys(); }
  AuditRepository& audit() override { return audit_; }
  SettingRepository& settings() override { return inner_.settings(); }
  Result<std::optional<TokenOwner>> find_token_owner(const Uuid& project,
                                                     const TokenReference& token) override {
    return inner_.find_token_owner(project, token);
  }

 private:
  Transaction& inner_;
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

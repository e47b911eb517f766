// A transaction that forwards to another one.
#pragma once

#include "core/ports/store.h"

namespace ptkl::testing {

/// Forwards every call. Derived classes override single calls.
class ForwardingTransaction : public Transaction {
 public:
  explicit ForwardingTransaction(Transaction& inner) : inner_(inner) {}

  ProjectRepository& projects() override { return inner().projects(); }
  ApiUserRepository& api_users() override { return inner().api_users(); }
  ClientCredentialRepository& client_credentials() override { return inner().client_credentials(); }
  RoleRepository& roles() override { return inner().roles(); }
  RightsChangeRepository& rights_changes() override { return inner().rights_changes(); }
  UserRepository& users() override { return inner().users(); }
  SessionRepository& sessions() override { return inner().sessions(); }
  StatusSlotRepository& status_slots() override { return inner().status_slots(); }
  RevokedTokenRepository& revoked_tokens() override { return inner().revoked_tokens(); }
  SigningKeyRepository& signing_keys() override { return inner().signing_keys(); }
  AuditRepository& audit() override { return inner().audit(); }
  SettingRepository& settings() override { return inner().settings(); }
  Result<std::optional<TokenOwner>> find_token_owner(const Uuid& project,
                                                     const TokenReference& token) override {
    return inner().find_token_owner(project, token);
  }

 protected:
  /// Called before each forwarded call.
  virtual Transaction& inner() { return inner_; }

 private:
  Transaction& inner_;
};

}  // namespace ptkl::testing

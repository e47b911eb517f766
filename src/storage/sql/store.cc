#include "storage/sql/store.h"

#include "storage/sql/repositories.h"
#include "storage/sql/rows.h"
#include "storage/sql/schema.h"
#include "storage/sql/token_owner.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kFindOwningApiUser{PTKL_FIND_OWNING_API_USER("$1", "$2", "$3", "$4")};
constexpr SqlStatement kFindOwningUser{PTKL_FIND_OWNING_USER("$1", "$2", "$3", "$4")};

class SqlTransaction final : public Transaction {
 public:
  explicit SqlTransaction(SqlConnection& connection)
      : connection_(connection),
        projects_(connection),
        api_users_(connection),
        client_credentials_(connection),
        roles_(connection),
        rights_changes_(connection),
        users_(connection),
        sessions_(connection),
        status_slots_(connection),
        revoked_tokens_(connection),
        signing_keys_(connection),
        audit_(connection),
        settings_(connection) {}

  ProjectRepository& projects() override { return projects_; }
  ApiUserRepository& api_users() override { return api_users_; }
  ClientCredentialRepository& client_credentials() override { return client_credentials_; }
  RoleRepository& roles() override { return roles_; }
  RightsChangeRepository& rights_changes() override { return rights_changes_; }
  UserRepository& users() override { return users_; }
  SessionRepository& sessions() override { return sessions_; }
  StatusSlotRepository& status_slots() override { return status_slots_; }
  RevokedTokenRepository& revoked_tokens() override { return revoked_tokens_; }
  SigningKeyRepository& signing_keys() override { return signing_keys_; }
  AuditRepository& audit() override { return audit_; }
  SettingRepository& settings() override { return settings_; }

  Result<std::optional<TokenOwner>> find_token_owner(const Uuid& project,
                                                     const TokenReference& token) override {
    // API users first, because nearly all tokens are theirs.
    auto owner = find_owner(kFindOwningApiUser, project, token);
    if (!owner) return owner;
    if (!*owner) owner = find_owner(kFindOwningUser, project, token);
    if (!owner || !*owner) return owner;
    auto held = (*owner)->principal.kind == PrincipalKind::api_user
                    ? roles_.list_of(project, token.subject)
                    : roles_.list_of_user(project, token.subject);
    if (!held) return failed(held);
    (*owner)->held = std::move(*held);
    return owner;
  }

 private:
  Result<std::optional<TokenOwner>> find_owner(SqlStatement statement, const Uuid& project,
                                               const TokenReference& token) {
    return find_one(connection_, statement,
                    {project.text(), token.subject.text(), token.slot.number, token.id.text()},
                    read_token_owner);
  }

  SqlConnection& connection_;
  SqlProjectRepository projects_;
  SqlApiUserRepository api_users_;
  SqlClientCredentialRepository client_credentials_;
  SqlRoleRepository roles_;
  SqlRightsChangeRepository rights_changes_;
  SqlUserRepository users_;
  SqlSessionRepository sessions_;
  SqlStatusSlotRepository status_slots_;
  SqlRevokedTokenRepository revoked_tokens_;
  SqlSigningKeyRepository signing_keys_;
  SqlAuditRepository audit_;
  SqlSettingRepository settings_;
};

class SqlStore final : public Store {
 public:
  explicit SqlStore(std::unique_ptr<SqlDatabase> database) : database_(std::move(database)) {}

  Result<void> transact(const Body& body) override {
    return database_->transact([&body](SqlConnection& connection) {
      SqlTransaction transaction(connection);
      return body(transaction);
    });
  }

  Result<void> transact_in_background(const Body& body) override {
    return database_->transact_in_background([&body](SqlConnection& connection) {
      SqlTransaction transaction(connection);
      return body(transaction);
    });
  }

  Result<void> transact_as_probe(const Body& body) override {
    return database_->transact_as_probe([&body](SqlConnection& connection) {
      SqlTransaction transaction(connection);
      return body(transaction);
    });
  }

  Result<void> read(const Body& body) override {
    return database_->read([&body](SqlConnection& connection) {
      SqlTransaction transaction(connection);
      return body(transaction);
    });
  }

 private:
  std::unique_ptr<SqlDatabase> database_;
};

/// A database that the store does not own.
class BorrowedDatabase final : public SqlDatabase {
 public:
  explicit BorrowedDatabase(SqlDatabase& inner) : inner_(inner) {}
  Result<void> transact(const Body& body) override { return inner_.transact(body); }
  Result<void> transact_in_background(const Body& body) override {
    return inner_.transact_in_background(body);
  }
  Result<void> transact_as_probe(const Body& body) override {
    return inner_.transact_as_probe(body);
  }
  Result<void> read(const Body& body) override { return inner_.read(body); }
  SqlStatement column_list() const override { return inner_.column_list(); }

 private:
  SqlDatabase& inner_;
};

}  // namespace

Result<std::unique_ptr<Store>> make_sql_store(std::unique_ptr<SqlDatabase> database) {
  auto migrated = migrate(*database, migrations());
  if (!migrated) return failed(migrated);
  if (auto finished = database->read(check_finished); !finished) return failed(finished);
  return std::make_unique<SqlStore>(std::move(database));
}

std::unique_ptr<Store> make_sql_store_over(SqlDatabase& database) {
  return std::make_unique<SqlStore>(std::make_unique<BorrowedDatabase>(database));
}

}  // namespace ptkl::storage

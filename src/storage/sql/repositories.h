// The repositories of core/ports/store.h over one SqlConnection. Each has its SQL in its own file.
#pragma once

#include "core/ports/store.h"
#include "storage/sql/database.h"

namespace ptkl::storage {

class SqlProjectRepository final : public ProjectRepository {
 public:
  explicit SqlProjectRepository(SqlConnection& connection) : connection_(connection) {}
  Result<void> insert(const Project& project) override;
  Result<std::optional<Project>> find(const ProjectName& name) override;
  Result<std::vector<Project>> list() override;
  Result<void> update(const Project& project) override;
  Result<void> lock_project(const Uuid& project) override;
  Result<std::int64_t> advance_rights_version(const Uuid& project, Timestamp now) override;

 private:
  SqlConnection& connection_;
};

class SqlApiUserRepository final : public ApiUserRepository {
 public:
  explicit SqlApiUserRepository(SqlConnection& connection) : connection_(connection) {}
  Result<void> insert(const Uuid& project, const ApiUser& user) override;
  Result<std::optional<ApiUserDetails>> find(const Uuid& project, const Uuid& id) override;
  Result<std::optional<Uuid>> find_id(const Uuid& project, const Username& username) override;
  Result<Page<ApiUserDetails>> list(const Uuid& project, const PageRequest& page) override;
  Result<void> update(const Uuid& project, const ApiUser& user) override;
  Result<void> replace_roles(const Uuid& project, const Uuid& id,
                             std::span<const Uuid> roles) override;
  Result<void> erase(const Uuid& project, const Uuid& id, Timestamp now) override;

 private:
  SqlConnection& connection_;
};

class SqlClientCredentialRepository final : public ClientCredentialRepository {
 public:
  explicit SqlClientCredentialRepository(SqlConnection& connection) : connection_(connection) {}
  Result<void> insert(const Uuid& project, const ClientCredential& secret) override;
  Result<void> update(const Uuid& project, const ClientCredential& secret) override;
  Result<void> erase(const Uuid& project, const CredentialId& id) override;
  Result<std::vector<ClientCredential>> list_of_holders(const Uuid& project, const Uuid& role,
                                                        Timestamp now) override;
  Result<std::vector<Result<DueCredential>>> list_due(Timestamp now, std::int64_t limit) override;
  Result<void> record_uses(std::span<const CredentialUse> uses) override;
  Result<std::optional<ClientRecord>> find_client_record(const ProjectName& project,
                                                         const CredentialId& id) override;

 private:
  SqlConnection& connection_;
};

class SqlRoleRepository final : public RoleRepository {
 public:
  explicit SqlRoleRepository(SqlConnection& connection) : connection_(connection) {}
  Result<void> insert(const Uuid& project, const Role& role) override;
  Result<std::optional<Role>> find(const Uuid& project, const Uuid& id) override;
  Result<std::optional<Uuid>> find_id(const Uuid& project, const RoleName& name) override;
  Result<Page<Role>> list(const Uuid& project, const PageRequest& page) override;
  Result<HeldRoles> list_of(const Uuid& project, const Uuid& api_user) override;
  Result<HeldRoles> list_of_user(const Uuid& project, const Uuid& user) override;
  Result<void> update(const Uuid& project, const Role& role) override;
  Result<void> erase(const Uuid& project, const Uuid& id, Timestamp now) override;
  Result<void> mark_deleted(const Uuid& project, const Uuid& id) override;
  Result<RoleHolders> count_holders(const Uuid& project, const Uuid& id) override;
  Result<bool> has_more_holders(const Uuid& project, const Uuid& id, std::int64_t limit) override;
  Result<bool> has_pending_change(const Uuid& project, const Uuid& id) override;
  Result<std::vector<std::vector<Uuid>>> list_holdings(const Uuid& project,
                                                       const Uuid& id) override;
  Result<std::optional<AccessLevel>> find_owner_level(const Uuid& project, Timestamp now,
                                                      const OwnerFilter& without) override;

 private:
  SqlConnection& connection_;
};

class SqlRightsChangeRepository final : public RightsChangeRepository {
 public:
  explicit SqlRightsChangeRepository(SqlConnection& connection) : connection_(connection) {}
  Result<void> insert(const Uuid& project, const RightsChange& change) override;
  Result<std::vector<RightsChange>> list(const Uuid& project) override;
  Result<std::int64_t> count(const Uuid& project) override;
  Result<std::int64_t> total_remaining() override;
  Result<std::vector<NextRightsChange>> list_next() override;
  Result<void> set_worker(const Uuid& project, std::int64_t version,
                          std::string_view worker) override;
  Result<std::int64_t> run_step(const Uuid& project, std::int64_t version,
                                std::int64_t limit) override;
  Result<void> finish(const Uuid& project, std::int64_t version) override;

 private:
  SqlConnection& connection_;
};

class SqlUserRepository final : public UserRepository {
 public:
  explicit SqlUserRepository(SqlConnection& connection) : connection_(connection) {}
  Result<void> insert(const Uuid& project, const User& user, const Invitation& invitation) override;
  Result<std::optional<UserDetails>> find(const Uuid& project, const Uuid& id) override;
  Result<std::optional<Uuid>> find_id(const Uuid& project, const Email& email) override;
  Result<Page<UserDetails>> list(const Uuid& project, const PageRequest& page) override;
  Result<void> replace_roles(const Uuid& project, const Uuid& id,
                             std::span<const Uuid> roles) override;
  Result<void> erase(const Uuid& project, const Uuid& id) override;
  Result<void> replace_invitation(const Uuid& project, const User& user,
                                  const Invitation& invitation) override;
  Result<void> accept_invitation(const Uuid& project, const User& user,
                                 const std::string& password_hash) override;
  Result<std::optional<InvitedUser>> find_invited(const Digest& hash) override;
  Result<std::optional<UserCredential>> find_user_credential(const ProjectName& project,
                                                             const Email& email) override;
  Result<void> record_login(const Uuid& project, const User& user,
                            const std::string& password_hash) override;

 private:
  SqlConnection& connection_;
};

class SqlSessionRepository final : public SessionRepository {
 public:
  explicit SqlSessionRepository(SqlConnection& connection) : connection_(connection) {}
  Result<void> insert(const Uuid& project, const Session& session) override;
  Result<void> erase(const Uuid& project, const Uuid& id) override;
  Result<std::vector<Session>> list_of(const Uuid& project, const Uuid& user) override;
  Result<std::vector<Session>> list_of_holders(const Uuid& project, const Uuid& role) override;
  Result<std::int64_t> erase_expired(Timestamp now, std::int64_t limit) override;

 private:
  SqlConnection& connection_;
};

class SqlStatusSlotRepository final : public StatusSlotRepository {
 public:
  explicit SqlStatusSlotRepository(SqlConnection& connection) : connection_(connection) {}
  Result<bool> allocate(const Uuid& project, StatusSlot slot) override;
  Result<void> invalidate(const Uuid& project, StatusSlot slot) override;
  Result<std::int64_t> count(const Uuid& project) override;
  Result<std::int64_t> latest_generation(const Uuid& project) override;
  Result<std::int64_t> latest_invalidation(const Uuid& project) override;
  Result<std::vector<StatusSlot>> list_invalidated(const Uuid& project, std::int64_t list,
                                                   std::int64_t after) override;

 private:
  SqlConnection& connection_;
};

class SqlRevokedTokenRepository final : public RevokedTokenRepository {
 public:
  explicit SqlRevokedTokenRepository(SqlConnection& connection) : connection_(connection) {}
  Result<void> insert(const Uuid& project, const RevokedToken& token) override;
  Result<std::int64_t> count(const Uuid& project, StatusSlot slot) override;
  Result<void> erase(const Uuid& project, StatusSlot slot) override;
  Result<std::int64_t> erase_expired(Timestamp now, std::int64_t limit) override;

 private:
  SqlConnection& connection_;
};

class SqlAuditRepository final : public AuditRepository {
 public:
  explicit SqlAuditRepository(SqlConnection& connection) : connection_(connection) {}
  Result<void> append(const Uuid& project, const AuditEvent& event) override;
  Result<AuditChainEnd> find_end(const Uuid& project) override;
  Result<std::optional<AuditEvent>> find(const Uuid& project, std::int64_t number) override;
  Result<std::optional<AuditEvent>> find_first(const Uuid& project) override;
  Result<AuditPage> list(const Uuid& project, const AuditQuery& query) override;
  Result<void> erase_through(const Uuid& project, std::int64_t number) override;
  Result<void> insert_checkpoint(const Uuid& project,
                                 const SignedAuditCheckpoint& checkpoint) override;
  Result<std::optional<SignedAuditCheckpoint>> find_latest_checkpoint(const Uuid& project) override;
  Result<std::vector<SignedAuditCheckpoint>> list_checkpoints(const Uuid& project,
                                                              std::int64_t after,
                                                              std::size_t limit) override;

 private:
  SqlConnection& connection_;
};

class SqlSigningKeyRepository final : public SigningKeyRepository {
 public:
  explicit SqlSigningKeyRepository(SqlConnection& connection) : connection_(connection) {}
  Result<void> insert(const SigningKeyDetails& details) override;
  Result<void> update(const SigningKeyDetails& details) override;
  Result<void> erase(const Uuid& project, std::string_view kid) override;
  Result<std::optional<SigningKey>> find(const Uuid& project, std::string_view kid) override;
  Result<std::optional<SigningKey>> find_active(const Uuid& project) override;
  Result<std::vector<SigningKeyDetails>> list(const Uuid& project) override;

 private:
  SqlConnection& connection_;
};

class SqlSettingRepository final : public SettingRepository {
 public:
  explicit SqlSettingRepository(SqlConnection& connection) : connection_(connection) {}
  Result<void> insert(std::string_view name, std::string_view value) override;
  Result<std::optional<std::string>> find(std::string_view name) override;
  Result<void> probe_write(std::string_view name) override;

 private:
  SqlConnection& connection_;
};

}  // namespace ptkl::storage

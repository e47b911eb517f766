// The port to the database. A transaction offers one repository per kind of thing; a project's id is
// part of every lookup, so that nothing of another project can be found.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/api_user.h"
#include "core/client.h"
#include "core/client_credential.h"
#include "core/invitation.h"
#include "core/keys/signing_key.h"
#include "core/keys/signing_key_rotation.h"
#include "core/page.h"
#include "core/ports/audit_repository.h"
#include "core/project.h"
#include "core/role.h"
#include "core/session.h"
#include "core/status_slot.h"
#include "core/user.h"

namespace ptkl {

/// Each insert fails with conflict when the name is taken, and each change with not_found when the
/// project has no such thing.
class ProjectRepository {
 public:
  virtual ~ProjectRepository() = default;
  virtual Result<void> insert(const Project& project) = 0;
  virtual Result<std::optional<Project>> find(const ProjectName& name) = 0;
  virtual Result<std::vector<Project>> list() = 0;
  /// Stores signing_algorithm of `project`.
  virtual Result<void> update(const Project& project) = 0;
  /// To be called first by a transaction that will append to the project's audit log: those of one
  /// project go one after another anyway, and this has them wait, or start anew, before their work
  /// instead of after it.
  virtual Result<void> lock_project(const Uuid& project) = 0;
  /// Makes the project's rights_version the larger of its successor and `now` in milliseconds since 1970.
  /// So it grows even after a backup was restored, which brings back an older version.
  virtual Result<void> advance_rights_version(const Uuid& project, Timestamp now) = 0;
};

class ApiUserRepository {
 public:
  virtual ~ApiUserRepository() = default;
  /// Fails with conflict also when a deleted API user had that username: names are never reused.
  virtual Result<void> insert(const Uuid& project, const ApiUser& user) = 0;
  virtual Result<std::optional<ApiUserDetails>> find(const Uuid& project, const Uuid& id) = 0;
  virtual Result<std::optional<Uuid>> find_id(const Uuid& project, const Username& username) = 0;
  virtual Result<Page<ApiUserDetails>> list(const Uuid& project, const PageRequest& page) = 0;
  /// Stores description, status, version and updated_at of `user`.
  virtual Result<void> update(const Uuid& project, const ApiUser& user) = 0;
  virtual Result<void> replace_roles(const Uuid& project, const Uuid& id,
                                     std::span<const Uuid> roles) = 0;
  /// Keeps nothing but the id and the username, so that neither is reused. Roles and secrets go.
  virtual Result<void> erase(const Uuid& project, const Uuid& id, Timestamp now) = 0;
};

/// One successful use of a secret.
struct CredentialUse {
  Uuid project;
  CredentialId secret;
  Timestamp at;
  std::string from;  ///< source address
};

/// A secret whose overlap may be over.
struct DueCredential {
  Uuid project;
  std::chrono::seconds token_lifetime;  ///< of that project
  ClientCredential secret;
};

class ClientCredentialRepository {
 public:
  virtual ~ClientCredentialRepository() = default;
  virtual Result<void> insert(const Uuid& project, const ClientCredential& secret) = 0;
  /// Stores slot, revoked_at, and what there is of an overlap, of `secret`.
  virtual Result<void> update(const Uuid& project, const ClientCredential& secret) = 0;
  virtual Result<void> erase(const Uuid& project, const CredentialId& id) = 0;
  /// The secrets of everyone who has that role, but for those that are revoked, or expired at `now`.
  virtual Result<std::vector<ClientCredential>> list_of_holders(const Uuid& project,
                                                                const Uuid& role,
                                                                Timestamp now) = 0;
  /// Secrets of all projects whose due_at has come, the longest due first, at most `limit`. One that
  /// cannot be read is a failure in its place, and hides no other.
  virtual Result<std::vector<Result<DueCredential>>> list_due(Timestamp now,
                                                              std::int64_t limit) = 0;
  /// Stores the later of each use and what is there already; unknown ids are passed over.
  virtual Result<void> record_uses(std::span<const CredentialUse> uses) = 0;

  /// Finds exactly one row, or none.
  virtual Result<std::optional<ClientRecord>> find_client_record(const ProjectName& project,
                                                                 const CredentialId& id) = 0;
};

/// Owners to leave out.
struct OwnerFilter {
  std::optional<Uuid> exclude_principal = {};  ///< an API user or a user
  std::optional<Uuid> exclude_role = {};       ///< as if its holders did not have that role
};

/// How many have a role; who is invited has it too.
struct RoleHolders {
  std::int64_t api_users = 0;
  std::int64_t users = 0;
};

class RoleRepository {
 public:
  virtual ~RoleRepository() = default;
  virtual Result<void> insert(const Uuid& project, const Role& role) = 0;
  virtual Result<std::optional<Role>> find(const Uuid& project, const Uuid& id) = 0;
  virtual Result<std::optional<Uuid>> find_id(const Uuid& project, const RoleName& name) = 0;
  virtual Result<Page<Role>> list(const Uuid& project, const PageRequest& page) = 0;
  /// The roles of one API user, by name.
  virtual Result<std::vector<Role>> list_of(const Uuid& project, const Uuid& api_user) = 0;
  /// The roles of one person, by name.
  virtual Result<std::vector<Role>> list_of_user(const Uuid& project, const Uuid& user) = 0;
  /// Stores permissions, workspaces, level, version and updated_at of `role`.
  virtual Result<void> update(const Uuid& project, const Role& role) = 0;
  /// Takes the role from everyone who has it, which is a change of each of them at `now`.
  virtual Result<void> erase(const Uuid& project, const Uuid& id, Timestamp now) = 0;
  virtual Result<RoleHolders> count_holders(const Uuid& project, const Uuid& id) = 0;
  /// Which roles those have who have this one: each set of roles once, its ids in order.
  virtual Result<std::vector<std::vector<Uuid>>> list_holdings(const Uuid& project,
                                                               const Uuid& id) = 0;
  /// The highest level of an owner who can log in, were it not for what is `without`; absent when
  /// there is none. An owner holds `*`, and is an active API user with a current secret at `now` or a
  /// person with a password. An overlapping secret is no way in for long. The level is that of all
  /// its roles, whichever of them gives `*`.
  virtual Result<std::optional<AccessLevel>> find_owner_level(const Uuid& project, Timestamp now,
                                                              const OwnerFilter& without) = 0;
};

class UserRepository {
 public:
  virtual ~UserRepository() = default;
  /// Fails with conflict when somebody in the project has that email.
  virtual Result<void> insert(const Uuid& project, const User& user,
                              const Invitation& invitation) = 0;
  virtual Result<std::optional<UserDetails>> find(const Uuid& project, const Uuid& id) = 0;
  virtual Result<std::optional<Uuid>> find_id(const Uuid& project, const Email& email) = 0;
  virtual Result<Page<UserDetails>> list(const Uuid& project, const PageRequest& page) = 0;
  virtual Result<void> replace_roles(const Uuid& project, const Uuid& id,
                                     std::span<const Uuid> roles) = 0;
  /// Nothing stays, roles and sessions neither: ids are never given out again, and who left may be
  /// invited again.
  virtual Result<void> erase(const Uuid& project, const Uuid& id) = 0;

  /// Both store version and updated_at of `user`, and fail with not_found unless it is invited. The
  /// link of the invitation before is dead.
  virtual Result<void> replace_invitation(const Uuid& project, const User& user,
                                          const Invitation& invitation) = 0;
  /// From then on `user` is active, and no link leads to them.
  virtual Result<void> accept_invitation(const Uuid& project, const User& user,
                                         const std::string& password_hash) = 0;
  /// In whichever project: a link names none. Finds exactly one row, or none; an invitation that was
  /// not accepted in time too.
  virtual Result<std::optional<InvitedUser>> find_invited(const Digest& hash) = 0;

  /// Finds exactly one row, or none; who is invited too.
  virtual Result<std::optional<UserCredential>> find_user_credential(const ProjectName& project,
                                                                     const Email& email) = 0;
  /// Stores last_login_at and last_login_from of the user, and the current hash of the password.
  virtual Result<void> record_login(const Uuid& project, const User& user,
                                    const std::string& password_hash) = 0;
};

class SessionRepository {
 public:
  virtual ~SessionRepository() = default;
  virtual Result<void> insert(const Uuid& project, const Session& session) = 0;
  virtual Result<void> erase(const Uuid& project, const Uuid& id) = 0;
  /// The oldest first.
  virtual Result<std::vector<Session>> list_of(const Uuid& project, const Uuid& user) = 0;
  /// The sessions of everyone who has that role.
  virtual Result<std::vector<Session>> list_of_holders(const Uuid& project, const Uuid& role) = 0;
  /// Forgets, in all projects, at most `limit` of those that have come to their own end at `now`, the
  /// oldest first; their tokens are over, and their slots stay as they are. Returns how many.
  virtual Result<std::int64_t> erase_expired(Timestamp now, std::int64_t limit) = 0;
};

class StatusSlotRepository {
 public:
  virtual ~StatusSlotRepository() = default;
  /// Makes `slot` a good one. False when it is in use, or was.
  virtual Result<bool> claim(const Uuid& project, StatusSlot slot) = 0;
  /// From the commit on, every token that names `slot` is dead. There is no way back. Gives the slot
  /// the next number in the project's row of invalidations; one that is invalid already keeps its own.
  virtual Result<void> invalidate(const Uuid& project, StatusSlot slot) = 0;
  /// How many slots were ever claimed.
  virtual Result<std::int64_t> count(const Uuid& project) = 0;
  /// The number of the project's latest invalidation; 0 when there was none. Never goes back.
  virtual Result<std::int64_t> latest_invalidation(const Uuid& project) = 0;
  /// The slots of that status list whose invalidation has a number above `after`, in the order of
  /// those numbers.
  virtual Result<std::vector<StatusSlot>> list_invalidated(const Uuid& project, std::int64_t list,
                                                           std::int64_t after) = 0;
};

struct RevokedToken {
  Uuid id;  ///< `jti`
  StatusSlot slot;
  Timestamp expires_at;
};

/// Tokens that were revoked one by one (RFC 7009); their slots stay good for the other tokens.
class RevokedTokenRepository {
 public:
  virtual ~RevokedTokenRepository() = default;
  /// From the commit on, the token of that id is dead. One that is there already stays as it is.
  virtual Result<void> insert(const Uuid& project, const RevokedToken& token) = 0;
  /// How many of that slot are remembered.
  virtual Result<std::int64_t> count(const Uuid& project, StatusSlot slot) = 0;
  /// Forgets those of a slot that is invalid: its tokens are dead without it.
  virtual Result<void> erase(const Uuid& project, StatusSlot slot) = 0;
  /// Forgets, in all projects, at most `limit` of those that have come to their own end at `now`, the
  /// oldest first. Returns how many.
  virtual Result<std::int64_t> erase_expired(Timestamp now, std::int64_t limit) = 0;
};

class SigningKeyRepository {
 public:
  virtual ~SigningKeyRepository() = default;
  /// Fails with conflict also when the project has an active or a next key already and this is
  /// another one.
  virtual Result<void> insert(const SigningKeyDetails& key) = 0;
  /// Stores wrapped_key, status and times of `key`.
  virtual Result<void> update(const SigningKeyDetails& key) = 0;
  virtual Result<void> erase(const Uuid& project, std::string_view kid) = 0;
  virtual Result<std::optional<SigningKey>> find(const Uuid& project, std::string_view kid) = 0;
  /// The key that signs; nothing in a project that has none.
  virtual Result<std::optional<SigningKey>> find_active(const Uuid& project) = 0;
  /// The active key, then the next one, then the retired ones in the order of retiring.
  virtual Result<std::vector<SigningKeyDetails>> list(const Uuid& project) = 0;
};

/// Facts about the whole database.
class SettingRepository {
 public:
  virtual ~SettingRepository() = default;
  virtual Result<void> insert(std::string_view name, std::string_view value) = 0;
  virtual Result<std::optional<std::string>> find(std::string_view name) = 0;
  /// Writes the value that is there once more: a change as any other, but that it changes nothing. Fails
  /// with not_found when there is no such setting.
  virtual Result<void> probe_write(std::string_view name) = 0;
};

/// Valid only inside the body that it was given to, and only on that thread.
class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual ProjectRepository& projects() = 0;
  virtual ApiUserRepository& api_users() = 0;
  virtual ClientCredentialRepository& client_credentials() = 0;
  virtual RoleRepository& roles() = 0;
  virtual UserRepository& users() = 0;
  virtual SessionRepository& sessions() = 0;
  virtual StatusSlotRepository& status_slots() = 0;
  virtual RevokedTokenRepository& revoked_tokens() = 0;
  virtual SigningKeyRepository& signing_keys() = 0;
  virtual AuditRepository& audit() = 0;
  virtual SettingRepository& settings() = 0;

  /// Whom a token of this project names, and whether the token is still good: its subject is active,
  /// its slot good, and it was not revoked by itself.
  virtual Result<std::optional<TokenOwner>> find_token_owner(const Uuid& project,
                                                             const TokenReference& token) = 0;
};

/// Lookups since the start, and the round trips that they shared.
struct LookupCounts {
  std::uint64_t lookups = 0;
  std::uint64_t batches = 0;
};

/// May be used from any thread. A database that does not answer, or a full disk, is `unavailable`.
class Store {
 public:
  using Body = std::function<Result<void>(Transaction&)>;
  virtual ~Store() = default;

  /// Runs `body` in one serializable transaction; commits when it succeeds and rolls back when it
  /// fails. Returns after the commit is on the disk. `body` may run again, after a serialization
  /// conflict or because it is too long to share a commit, and on another thread: so it must change
  /// nothing but the transaction and its results.
  virtual Result<void> transact(const Body& body) = 0;

  /// Runs `body` over one consistent snapshot that holds every transact() that has returned. `body`
  /// must not write.
  virtual Result<void> read(const Body& body) = 0;

  // The lookups of every request that brings a secret or a token. Each is of one snapshot that holds
  // every transact() that had returned before the call, and may wait. Here each is a read() of its
  // own; a store whose database is far answers those of one moment together.

  /// Costs the same where there is no such secret, but for what a row takes to decode.
  virtual Result<std::optional<ClientWithRoles>> find_client(const ProjectName& project,
                                                             const CredentialId& secret);
  /// `kid` is what a stranger says it is: any bytes. An unknown project costs what a foreign one does.
  virtual Result<std::optional<VerificationKey>> find_verification_key(const ProjectName& project,
                                                                       std::string_view kid);
  /// As Transaction::find_token_owner().
  virtual Result<std::optional<TokenOwner>> find_token_owner(const Uuid& project,
                                                             const TokenReference& token);

  /// Zero where each lookup is a read() of its own.
  virtual LookupCounts lookup_counts() const { return {}; }
};

}  // namespace ptkl

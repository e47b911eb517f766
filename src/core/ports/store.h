// The port to the database: the store, its transactions, and one repository per kind of entity.
//
// Every lookup contains a project's id, so that nothing of another project can be found. In all
// repositories, an insert fails with conflict when the name or id is in use, a change fails with
// not_found when the project has no such entity, unless its comment says otherwise. Every call can fail
// as the store does (see Store).
// A repository may be used only as long as its transaction, and only on the thread of that transaction.
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
#include "core/rights_change.h"
#include "core/role.h"
#include "core/session.h"
#include "core/status_list.h"
#include "core/user.h"

namespace ptkl {

/// The projects of the server. The only repository without a project's id in every lookup.
class ProjectRepository {
 public:
  virtual ~ProjectRepository() = default;
  virtual Result<void> insert(const Project& project) = 0;
  virtual Result<std::optional<Project>> find(const ProjectName& name) = 0;
  virtual Result<std::vector<Project>> list() = 0;
  /// Stores signing_algorithm of `project`.
  virtual Result<void> update(const Project& project) = 0;
  /// Locks the project until the end of the transaction (`SELECT … FOR UPDATE`). A transaction that
  /// appends to the project's audit log calls this first: such transactions are serialized anyway, and
  /// with the lock they wait, or conflict, before their work and not after it.
  virtual Result<void> lock_project(const Uuid& project) = 0;
  /// Sets the project's rights_version to the larger of its successor and `now` in milliseconds since
  /// 1970, and returns it. The version therefore grows even after a restored backup has brought back an
  /// older one.
  virtual Result<std::int64_t> advance_rights_version(const Uuid& project, Timestamp now) = 0;
};

/// The API users of a project, with their roles and client credentials.
class ApiUserRepository {
 public:
  virtual ~ApiUserRepository() = default;
  /// Errors: conflict, also when a deleted API user had that username: usernames are never reused.
  virtual Result<void> insert(const Uuid& project, const ApiUser& user) = 0;
  virtual Result<std::optional<ApiUserDetails>> find(const Uuid& project, const Uuid& id) = 0;
  virtual Result<std::optional<Uuid>> find_id(const Uuid& project, const Username& username) = 0;
  virtual Result<Page<ApiUserDetails>> list(const Uuid& project, const PageRequest& page) = 0;
  /// Stores description, status, version and updated_at of `user`.
  virtual Result<void> update(const Uuid& project, const ApiUser& user) = 0;
  /// Changes only the roles that are new or removed, so that pending changes of the others still reach the
  /// API user.
  virtual Result<void> replace_roles(const Uuid& project, const Uuid& id,
                                     std::span<const Uuid> roles) = 0;
  /// Deletes the API user with its roles and credentials. Keeps the id and the username, so that neither
  /// is reused.
  virtual Result<void> erase(const Uuid& project, const Uuid& id, Timestamp now) = 0;
};

/// One successful use of a client credential.
struct CredentialUse {
  Uuid project;
  CredentialId credential;
  Timestamp at;
  std::string from;  ///< source address
};

/// A client credential whose due_at has passed.
struct DueCredential {
  Uuid project;
  std::chrono::seconds token_lifetime;  ///< of that project
  ClientCredential credential;
};

/// The client credentials of API users.
class ClientCredentialRepository {
 public:
  virtual ~ClientCredentialRepository() = default;
  virtual Result<void> insert(const Uuid& project, const ClientCredential& credential) = 0;
  /// Stores slot, revoked_at and the members that describe an overlap.
  virtual Result<void> update(const Uuid& project, const ClientCredential& credential) = 0;
  virtual Result<void> erase(const Uuid& project, const CredentialId& id) = 0;
  /// Returns the credentials of all API users that have `role`, except those that are revoked, or
  /// expired at `now`.
  virtual Result<std::vector<ClientCredential>> list_of_holders(const Uuid& project,
                                                                const Uuid& role,
                                                                Timestamp now) = 0;
  /// Returns the credentials of all projects whose due_at is not after `now`, earliest first, at most
  /// `limit`. A credential that cannot be read is an error at its place in the list, so that it hides no
  /// other.
  virtual Result<std::vector<Result<DueCredential>>> list_due(Timestamp now,
                                                              std::int64_t limit) = 0;
  /// Stores each use unless a later one of the same credential is stored. Ignores unknown ids.
  virtual Result<void> record_uses(std::span<const CredentialUse> uses) = 0;

  /// Reads at most one row.
  virtual Result<std::optional<ClientRecord>> find_client_record(const ProjectName& project,
                                                                 const CredentialId& id) = 0;
};

/// Excludes owners from RoleRepository::find_owner_level().
struct OwnerFilter {
  std::optional<Uuid> exclude_principal = {};  ///< an API user or a user
  std::optional<Uuid> exclude_role = {};       ///< as if its holders did not have that role
};

/// The number of holders of a role. Invited users count as users.
struct RoleHolders {
  std::int64_t api_users = 0;
  std::int64_t users = 0;
};

/// The roles of a project and their holders.
class RoleRepository {
 public:
  virtual ~RoleRepository() = default;
  virtual Result<void> insert(const Uuid& project, const Role& role) = 0;
  virtual Result<std::optional<Role>> find(const Uuid& project, const Uuid& id) = 0;
  virtual Result<std::optional<Uuid>> find_id(const Uuid& project, const RoleName& name) = 0;
  virtual Result<Page<Role>> list(const Uuid& project, const PageRequest& page) = 0;
  /// Returns the roles of one API user.
  virtual Result<HeldRoles> list_of(const Uuid& project, const Uuid& api_user) = 0;
  /// Returns the roles of one user.
  virtual Result<HeldRoles> list_of_user(const Uuid& project, const Uuid& user) = 0;
  /// Stores permissions, workspaces, level, version and updated_at of `role`.
  virtual Result<void> update(const Uuid& project, const Role& role) = 0;
  /// Deletes the role and removes it from all holders, whose version and updated_at change at `now`.
  virtual Result<void> erase(const Uuid& project, const Uuid& id, Timestamp now) = 0;
  /// Deletes the role for every other function of this port except RightsChangeRepository: it has no rights,
  /// and its name can be used again. Its holders keep a row until a step has reached them.
  /// Requires: the role has a pending change.
  virtual Result<void> mark_deleted(const Uuid& project, const Uuid& id) = 0;
  virtual Result<RoleHolders> count_holders(const Uuid& project, const Uuid& id) = 0;
  /// Whether API users and users together are more than `limit`. Reads at most `limit` + 1 rows of each.
  virtual Result<bool> has_more_holders(const Uuid& project, const Uuid& id,
                                        std::int64_t limit) = 0;
  /// Whether the role has a pending change.
  virtual Result<bool> has_pending_change(const Uuid& project, const Uuid& id) = 0;
  /// Returns the sets of roles that the holders of this role have: each distinct set once, with its ids
  /// in ascending order. Reads all holders, in memory that grows only with the number of sets.
  virtual Result<std::vector<std::vector<Uuid>>> list_holdings(const Uuid& project,
                                                               const Uuid& id) = 0;
  /// Returns the highest level of the owners that can log in, as if those of `filter` did not exist;
  /// absent when there is none. An owner holds `*` and is an active API user with a current credential at
  /// `now`, or a user with a password. An overlapping credential does not count, because it ends soon.
  /// The level is that of all roles of the owner, whichever of them gives `*`.
  virtual Result<std::optional<AccessLevel>> find_owner_level(const Uuid& project, Timestamp now,
                                                              const OwnerFilter& filter) = 0;
};

/// The users of a project, with their invitations and passwords.
class UserRepository {
 public:
  virtual ~UserRepository() = default;
  /// Errors: conflict when the project has a user with that email, invited or active.
  virtual Result<void> insert(const Uuid& project, const User& user,
                              const Invitation& invitation) = 0;
  virtual Result<std::optional<UserDetails>> find(const Uuid& project, const Uuid& id) = 0;
  virtual Result<std::optional<Uuid>> find_id(const Uuid& project, const Email& email) = 0;
  virtual Result<Page<UserDetails>> list(const Uuid& project, const PageRequest& page) = 0;
  /// As ApiUserRepository::replace_roles().
  virtual Result<void> replace_roles(const Uuid& project, const Uuid& id,
                                     std::span<const Uuid> roles) = 0;
  /// Deletes the user with its roles and sessions. The same email can be invited again, with a new id.
  virtual Result<void> erase(const Uuid& project, const Uuid& id) = 0;

  /// Replaces the invitation of an invited user, which invalidates its previous link. Stores version and
  /// updated_at of `user`. Errors: not_found unless the user is invited.
  virtual Result<void> replace_invitation(const Uuid& project, const User& user,
                                          const Invitation& invitation) = 0;
  /// Makes an invited user active, and invalidates its link. Stores version and updated_at of `user`.
  /// Errors: not_found unless the user is invited.
  virtual Result<void> accept_invitation(const Uuid& project, const User& user,
                                         const std::string& password_hash) = 0;
  /// Finds an invitation in any project, since a link names none. Reads at most one row. Expired
  /// invitations are found, too.
  virtual Result<std::optional<InvitedUser>> find_invited(const Digest& hash) = 0;

  /// Reads at most one row. Invited users are found, too.
  virtual Result<std::optional<UserCredential>> find_user_credential(const ProjectName& project,
                                                                     const Email& email) = 0;
  /// Stores last_login_at and last_login_from of `user`, and the hash of the password, which may be new.
  virtual Result<void> record_login(const Uuid& project, const User& user,
                                    const std::string& password_hash) = 0;
};

/// The pending changes of rights (app/roles/rights_changes.h).
class RightsChangeRepository {
 public:
  virtual ~RightsChangeRepository() = default;
  /// From the commit on, RoleRepository::list_of() reports the change for every holder.
  virtual Result<void> insert(const Uuid& project, const RightsChange& change) = 0;
  /// Returns the project's pending changes, smallest version first.
  virtual Result<std::vector<RightsChange>> list(const Uuid& project) = 0;
  virtual Result<std::int64_t> count(const Uuid& project) = 0;
  /// Returns the sum of `remaining` over all projects.
  virtual Result<std::int64_t> total_remaining() = 0;
  /// Returns the next change of each project that has one.
  virtual Result<std::vector<NextRightsChange>> list_next() = 0;
  virtual Result<void> set_worker(const Uuid& project, std::int64_t version,
                                  std::string_view worker) = 0;
  /// Reaches at most `limit` further holders: invalidates the slots of their credentials, and moves each
  /// credential to the next generation of its slot; for users, ends the sessions that are older than the
  /// change. If the role is deleted, removes it from them, whose version and updated_at change. Returns the
  /// number of holders; 0 when none is left.
  /// Requires: no change of the project with a smaller version is pending, and the project is locked.
  virtual Result<std::int64_t> run_step(const Uuid& project, std::int64_t version,
                                        std::int64_t limit) = 0;
  /// Removes the change, and the role if it is deleted. Requires: run_step() has returned 0.
  virtual Result<void> finish(const Uuid& project, std::int64_t version) = 0;
};

/// The sessions of users.
class SessionRepository {
 public:
  virtual ~SessionRepository() = default;
  virtual Result<void> insert(const Uuid& project, const Session& session) = 0;
  virtual Result<void> erase(const Uuid& project, const Uuid& id) = 0;
  /// Returns the user's sessions, oldest first.
  virtual Result<std::vector<Session>> list_of(const Uuid& project, const Uuid& user) = 0;
  /// Returns the sessions of all users that have `role`.
  virtual Result<std::vector<Session>> list_of_holders(const Uuid& project, const Uuid& role) = 0;
  /// Deletes, in all projects, at most `limit` sessions that have expired at `now`, oldest first. Their
  /// slots stay unchanged, because their tokens have expired, too. Returns the number of deleted sessions.
  virtual Result<std::int64_t> erase_expired(Timestamp now, std::int64_t limit) = 0;
};

/// The status slots of a project (core/status_list.h), and the numbered sequence of their invalidations.
class StatusSlotRepository {
 public:
  virtual ~StatusSlotRepository() = default;
  /// Allocates `slot` as a valid one. Returns false when the slot is or was in use.
  virtual Result<bool> allocate(const Uuid& project, StatusSlot slot) = 0;
  /// Makes every token that names `slot` invalid from the commit on. This cannot be undone. Gives the slot
  /// the next number in the project's sequence of invalidations; a slot that is invalid already keeps its
  /// number. A slot of a later generation exists if its base is allocated.
  virtual Result<void> invalidate(const Uuid& project, StatusSlot slot) = 0;
  /// Returns the number of slots that were ever allocated. Does not count their later generations.
  virtual Result<std::int64_t> count(const Uuid& project) = 0;
  /// Returns the latest generation that a token of the project can name.
  virtual Result<std::int64_t> latest_generation(const Uuid& project) = 0;
  /// Returns the number of the project's latest invalidation; 0 when there was none. Never decreases.
  virtual Result<std::int64_t> latest_invalidation(const Uuid& project) = 0;
  /// Returns the slots of the status list `list` whose invalidation has a number above `after`, ordered by
  /// that number.
  virtual Result<std::vector<StatusSlot>> list_invalidated(const Uuid& project, std::int64_t list,
                                                           std::int64_t after) = 0;
};

/// A token that was revoked individually.
struct RevokedToken {
  Uuid id;  ///< `jti`
  StatusSlot slot;
  Timestamp expires_at;
};

/// Tokens that were revoked individually (RFC 7009). Their slots stay valid for other tokens.
class RevokedTokenRepository {
 public:
  virtual ~RevokedTokenRepository() = default;
  /// Makes the token invalid from the commit on. Does nothing when it is stored already.
  virtual Result<void> insert(const Uuid& project, const RevokedToken& token) = 0;
  /// Returns the number of stored tokens that name `slot`.
  virtual Result<std::int64_t> count(const Uuid& project, StatusSlot slot) = 0;
  /// Deletes the tokens that name `slot`. Requires: the slot is invalid, so that they stay invalid.
  virtual Result<void> erase(const Uuid& project, StatusSlot slot) = 0;
  /// Deletes, in all projects, at most `limit` tokens that have expired at `now`, oldest first. Returns the
  /// number of deleted tokens.
  virtual Result<std::int64_t> erase_expired(Timestamp now, std::int64_t limit) = 0;
};

/// The signing keys of a project.
class SigningKeyRepository {
 public:
  virtual ~SigningKeyRepository() = default;
  /// Errors: conflict, also when the project already has a key of that status and the status is `active`
  /// or `next`.
  virtual Result<void> insert(const SigningKeyDetails& key) = 0;
  /// Stores wrapped_key, status and times of `key`.
  virtual Result<void> update(const SigningKeyDetails& key) = 0;
  virtual Result<void> erase(const Uuid& project, std::string_view kid) = 0;
  virtual Result<std::optional<SigningKey>> find(const Uuid& project, std::string_view kid) = 0;
  /// Returns the key that signs; absent when the project has none.
  virtual Result<std::optional<SigningKey>> find_active(const Uuid& project) = 0;
  /// Returns the active key, the next key, and the retired keys in the order of their retirement.
  virtual Result<std::vector<SigningKeyDetails>> list(const Uuid& project) = 0;
};

/// Named values that belong to the whole database, such as the binding to the master key.
class SettingRepository {
 public:
  virtual ~SettingRepository() = default;
  virtual Result<void> insert(std::string_view name, std::string_view value) = 0;
  virtual Result<std::optional<std::string>> find(std::string_view name) = 0;
  /// Writes the stored value again, which shows that the database accepts writes.
  /// Errors: not_found when there is no such setting.
  virtual Result<void> probe_write(std::string_view name) = 0;
};

/// One transaction or snapshot. Valid only inside the body that receives it, and only on that thread.
class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual ProjectRepository& projects() = 0;
  virtual ApiUserRepository& api_users() = 0;
  virtual ClientCredentialRepository& client_credentials() = 0;
  virtual RoleRepository& roles() = 0;
  virtual RightsChangeRepository& rights_changes() = 0;
  virtual UserRepository& users() = 0;
  virtual SessionRepository& sessions() = 0;
  virtual StatusSlotRepository& status_slots() = 0;
  virtual RevokedTokenRepository& revoked_tokens() = 0;
  virtual SigningKeyRepository& signing_keys() = 0;
  virtual AuditRepository& audit() = 0;
  virtual SettingRepository& settings() = 0;

  /// Returns the subject of a token with its current roles, and whether the token is active: its subject
  /// is active, its slot is valid, and the token was not revoked individually. Absent when the project has
  /// no such subject.
  virtual Result<std::optional<TokenOwner>> find_token_owner(const Uuid& project,
                                                             const TokenReference& token) = 0;
};

/// Counts of lookups since the start of the process.
struct LookupCounts {
  std::uint64_t lookups = 0;
  std::uint64_t batches = 0;  ///< round trips to the database, each shared by one or more lookups
};

/// A database. Thread-safe. Errors: unavailable when the database does not answer or its disk is full;
/// outcome_unknown when the connection was lost during a commit.
class Store {
 public:
  using Body = std::function<Result<void>(Transaction&)>;
  virtual ~Store() = default;

  /// Runs `body` in one transaction; commits when it succeeds and rolls back when it fails. It is serializable;
  /// if `body` begins with lock_project(), among the transactions that lock the same project.
  /// Returns after the commit is on the disk. `body` may run again, also on another thread: after a
  /// serialization conflict, or because it takes too long to share a commit with other transactions.
  /// Requires: `body` changes nothing except through the transaction and its own results.
  /// Errors: those of `body` and those of the class.
  virtual Result<void> transact(const Body& body) = 0;

  /// As transact(), for a background task whose transactions must not delay those of requests. Each statement
  /// of `body` sees what was committed before the statement, so that `body` does not have to start over when
  /// a row that it has read changes. On a database with several writers, it fails as unavailable after it
  /// has waited for a lock, of a row or of a project, for a tenth of a second, so that neither a deadlock
  /// with a request nor a busy project holds it up.
  /// Requires: what `body` reads is changed only by transactions that lock the same project, or does not
  /// have to be consistent.
  virtual Result<void> transact_in_background(const Body& body) { return transact(body); }

  /// Runs `body` over one consistent snapshot, which includes every transact() that has returned.
  /// Requires: `body` does not write. Errors: those of `body` and those of the class.
  virtual Result<void> read(const Body& body) = 0;

  /// As transact(), for checking whether the database commits: no other transaction that waits for a lock
  /// delays it. By default it is transact(). Requires: `body` itself waits for no lock.
  virtual Result<void> transact_as_probe(const Body& body) { return transact(body); }

  // The lookups below are those of every request with a client credential or a token. Each reads one
  // snapshot, which includes every transact() that had returned before the call, and may block. By default
  // each is a read() of its own; a store with a remote database combines concurrent lookups into one round
  // trip.

  /// Returns the client that owns the credential. An unknown credential takes as long as a known one,
  /// except for the time to decode a row.
  virtual Result<std::optional<ClientWithRoles>> find_client(const ProjectName& project,
                                                             const CredentialId& credential);
  /// Returns the key that a token names. `kid` comes from an unverified token and may be any bytes. An
  /// unknown project takes as long as a project without that key.
  virtual Result<std::optional<VerificationKey>> find_verification_key(const ProjectName& project,
                                                                       std::string_view kid);
  /// As Transaction::find_token_owner().
  virtual Result<std::optional<TokenOwner>> find_token_owner(const Uuid& project,
                                                             const TokenReference& token);

  /// Returns zeros when each lookup is a read() of its own.
  virtual LookupCounts lookup_counts() const { return {}; }
};

}  // namespace ptkl

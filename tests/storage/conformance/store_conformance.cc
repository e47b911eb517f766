#include "storage/conformance/store_conformance.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace ptkl::storage {
namespace {

std::vector<Uuid> ids_of(const std::vector<Role>& roles) {
  std::vector<Uuid> ids;
  ids.reserve(roles.size());
  for (const Role& role : roles) ids.push_back(role.id);
  return ids;
}

std::string traits_of(const SigningKey& key) {
  return fmt::format("{} {} {} {} {} {}", key.project.text(), key.kid, to_text(key.algorithm),
                     key.wrapped_key, key.public_jwk, to_unix_millis(key.created_at));
}

std::string traits_of(const ClientRecord& credential) {
  const auto& [project, user, secret, key] = credential;
  const std::int64_t end = secret.ends_at() ? to_unix_millis(*secret.ends_at()) : 0;
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {}", project.id.text(),
                     project.name.text(), project.token_lifetime.count(), user.id.text(),
                     user.username.text(), to_text(user.status), secret.id.text(),
                     to_base64url(hash_of(secret)), secret.slot.number, end,
                     secret.revoked_at.has_value(), secret.due_at.has_value(), traits_of(key));
}

std::string traits_of(const TokenOwner& owner) {
  std::string traits =
      fmt::format("{} {} {} {} {} {} {}", to_text(owner.principal.kind), owner.principal.id.text(),
                  owner.principal.name, owner.credential, owner.token_active,
                  owner.held.min_rights_version, owner.held.pending_changes);
  traits += fmt::format(" {} {}", owner.slot_generation, owner.min_rights_version);
  for (const Uuid& role : ids_of(owner.held.roles)) traits += ' ' + role.text();
  return traits;
}

}  // namespace

Timestamp moment(std::int64_t seconds) {
  return from_unix_millis(1'790'000'000'000) + std::chrono::seconds(seconds);
}

Uuid uuid(std::uint32_t n) {
  Uuid::Random random{};
  for (std::size_t i = 0; i < 4; ++i) {
    random[random.size() - 1 - i] = static_cast<std::uint8_t>(n >> (8 * i));
  }
  return Uuid::make_v7(moment(0), random);
}

Project make_project(const Uuid& id, const std::string& name) {
  return {id, *ProjectName::parse(name), std::chrono::minutes(10),
          *AudienceSet::parse("https://a.example https://b.example/x"), moment(0)};
}

Role make_role(const Uuid& id, const std::string& name, const std::string& permissions) {
  return {id,
          *RoleName::parse(name),
          *PermissionSet::parse(permissions),
          *parse_workspaces("ws-1 ws-2"),
          *AccessLevel::parse(40),
          1,
          moment(0),
          moment(0)};
}

ApiUser make_api_user(const Uuid& id, const std::string& username) {
  return {
      id,       *Username::parse(username), "builds things", ApiUserStatus::active, 1, moment(0),
      moment(0)};
}

AuditEvent make_audit_event(std::int64_t number) {
  const std::string text = std::to_string(number);
  return {.id = uuid(static_cast<std::uint32_t>(1000 + number)),
          .number = number,
          .at = moment(number),
          .actor = {AuditActorKind::api_user, uuid(10).text(), "ci-bot", "secret-id"},
          .action = "role.edited",
          .target = {"role", uuid(30).text(), "deployer"},
          .source_address = "192.0.2.7",
          .request_id = "request-" + text,
          .outcome = AuditOutcome::failure,
          .reason = "why",
          .count = 7,
          .before = R"({"level":1})",
          .after = R"({"level":2})",
          .previous_hash = "hash-" + std::to_string(number - 1),
          .hash = "hash-" + text};
}

Email email_of(std::uint32_t n) {
  return *Email::parse("user-" + std::to_string(n) + "@example.com");
}

User make_user(std::uint32_t n) {
  return {.id = uuid(n),
          .email = email_of(n),
          .created_at = moment(10),
          .updated_at = moment(10),
          .invitation_expires_at = moment(1000)};
}

Invitation make_invitation(std::uint8_t number) {
  return {.hash = Digest{number},
          .inviter_kind = PrincipalKind::user,
          .inviter = kBot,
          .expires_at = moment(1000)};
}

CredentialId secret_id(std::uint32_t n) { return *CredentialId::parse(fmt::format("{:011}", n)); }

ClientCredential make_secret(std::uint32_t n, const Uuid& api_user) {
  Digest hash{};
  hash.fill(static_cast<std::uint8_t>(n));
  return {secret_id(n), api_user, SharedSecret{hash, "abcd"}, "laptop", {n}, moment(0), {}, {}, {},
          {},           ""};
}

const Digest& hash_of(const ClientCredential& secret) {
  return std::get<SharedSecret>(secret.verifier).hash;
}

SigningKeyDetails make_signing_key(const Uuid& project, const std::string& kid) {
  return {{project, kid, SigningAlgorithm::es256, "wrapped", R"({"kty":"EC"})", moment(0)},
          SigningKeyStatus::active,
          {},
          moment(0),
          {}};
}

void StoreConformance::SetUp() {
  if (GetParam().require) GetParam().require();
  if (IsSkipped() || HasFatalFailure()) return;
  auto store = GetParam().open(folder_.path());
  ASSERT_TRUE(store) << store.error().message;
  store_ = std::move(*store);
  write([&](Transaction& transaction) { return transaction.projects().insert(acme_); });
  write([&](Transaction& transaction) { return transaction.projects().insert(other_); });
}

void StoreConformance::write(const Store::Body& body) {
  auto done = store_->transact(body);
  ASSERT_TRUE(done) << done.error().message;
}

std::optional<ErrorCode> StoreConformance::refusal(const Store::Body& body) {
  auto done = store_->transact(body);
  if (done) return std::nullopt;
  return done.error().code;
}

void StoreConformance::add_role(const Project& project, const Role& role) {
  write([&](Transaction& transaction) { return transaction.roles().insert(project.id, role); });
}

void StoreConformance::add_api_user(const Project& project, const ApiUser& user) {
  write([&](Transaction& transaction) { return transaction.api_users().insert(project.id, user); });
}

void StoreConformance::add_secret(const Project& project, const ClientCredential& secret) {
  write([&](Transaction& transaction) -> Result<void> {
    auto allocated = transaction.status_slots().allocate(project.id, secret.slot.base());
    if (!allocated) return failure(std::move(allocated.error()));
    return transaction.client_credentials().insert(project.id, secret);
  });
}

void StoreConformance::assign_roles(const Project& project, const Uuid& api_user,
                                    const std::vector<Uuid>& roles) {
  write([&](Transaction& transaction) {
    return transaction.api_users().replace_roles(project.id, api_user, roles);
  });
}

void StoreConformance::add_signing_key(const SigningKeyDetails& key) {
  write([&](Transaction& transaction) { return transaction.signing_keys().insert(key); });
}

void StoreConformance::allocate_slots(const Project& project,
                                      std::initializer_list<std::int64_t> numbers) {
  write([&](Transaction& transaction) -> Result<void> {
    for (const std::int64_t number : numbers) {
      auto allocated = transaction.status_slots().allocate(project.id, {number});
      if (!allocated) return failure(std::move(allocated.error()));
    }
    return {};
  });
}

void StoreConformance::invalidate_slots(const Project& project,
                                        std::initializer_list<std::int64_t> numbers) {
  write([&](Transaction& transaction) -> Result<void> {
    for (const std::int64_t number : numbers) {
      auto done = transaction.status_slots().invalidate(project.id, {number});
      if (!done) return done;
    }
    return {};
  });
}

void StoreConformance::add_bot() {
  add_signing_key(make_signing_key(acme_.id, "acme-key"));
  add_api_user(acme_, make_api_user(kBot, "ci-bot"));
}

void StoreConformance::add_other_bot() {
  add_signing_key(make_signing_key(other_.id, "other-key"));
  add_api_user(other_, make_api_user(kOtherBot, "other-bot"));
}

void StoreConformance::add_holders() {
  add_bot();
  add_other_bot();
  add_api_user(acme_, make_api_user(kSecond, "second"));
  add_role(acme_, make_role(kRole, "reader", "a.read"));
  add_role(acme_, make_role(kOtherRole, "writer", "a.write"));
  add_role(other_, make_role(kRole, "reader", "a.read"));
  assign_roles(acme_, kBot, {kRole, kOtherRole});
  assign_roles(acme_, kSecond, {kRole});
  assign_roles(other_, kOtherBot, {kRole});
}

std::optional<Role> StoreConformance::find_role(const Project& project, const Uuid& id) {
  return find<std::optional<Role>>(
      [&](Transaction& transaction) { return transaction.roles().find(project.id, id); });
}

std::int64_t StoreConformance::count_holders(const Project& project, const Uuid& role) {
  const auto holders = find<RoleHolders>([&](Transaction& transaction) {
    return transaction.roles().count_holders(project.id, role);
  });
  EXPECT_EQ(holders.users, 0);
  return holders.api_users;
}

std::vector<CredentialId> StoreConformance::secrets_of_holders(const Project& project,
                                                               const Uuid& role) {
  const auto secrets = find<std::vector<ClientCredential>>([&](Transaction& transaction) {
    return transaction.client_credentials().list_of_holders(project.id, role, moment(100));
  });
  std::vector<CredentialId> ids;
  ids.reserve(secrets.size());
  for (const ClientCredential& secret : secrets) ids.push_back(secret.id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::optional<ApiUserDetails> StoreConformance::find_api_user(const Project& project,
                                                              const Uuid& id) {
  return find<std::optional<ApiUserDetails>>(
      [&](Transaction& transaction) { return transaction.api_users().find(project.id, id); });
}

std::optional<ClientRecord> StoreConformance::find_client_record(const Project& project,
                                                                 const CredentialId& id) {
  auto found = find<std::optional<ClientRecord>>([&](Transaction& transaction) {
    return transaction.client_credentials().find_client_record(project.name, id);
  });
  const std::optional<ClientWithRoles> client = done(store_->find_client(project.name, id));
  EXPECT_EQ(found.has_value(), client.has_value());
  if (!found || !client) return found;
  EXPECT_EQ(traits_of(client->record), traits_of(*found));
  const auto held = find<HeldRoles>([&](Transaction& transaction) {
    return transaction.roles().list_of(project.id, found->user.id);
  });
  EXPECT_EQ(ids_of(client->held.roles), ids_of(held.roles));
  EXPECT_EQ(client->held.min_rights_version, held.min_rights_version);
  EXPECT_EQ(client->held.pending_changes, held.pending_changes);
  return found;
}

std::vector<SigningKeyDetails> StoreConformance::list_keys(const Project& project) {
  return find<std::vector<SigningKeyDetails>>(
      [&](Transaction& transaction) { return transaction.signing_keys().list(project.id); });
}

std::optional<SigningKey> StoreConformance::find_active_key(const Project& project) {
  return find<std::optional<SigningKey>>(
      [&](Transaction& transaction) { return transaction.signing_keys().find_active(project.id); });
}

std::optional<SigningKey> StoreConformance::find_key(const Project& project,
                                                     const std::string& kid) {
  auto found = find<std::optional<SigningKey>>(
      [&](Transaction& transaction) { return transaction.signing_keys().find(project.id, kid); });
  const std::optional<VerificationKey> key = done(store_->find_verification_key(project.name, kid));
  EXPECT_EQ(found.has_value(), key.has_value());
  if (!found || !key) return found;
  EXPECT_EQ(key->project.id, project.id);
  EXPECT_EQ(key->project.resources.text(), project.resources.text());
  EXPECT_EQ(traits_of(key->key), traits_of(*found));
  return found;
}

std::optional<TokenOwner> StoreConformance::find_owner(const Project& project,
                                                       const TokenReference& token) {
  auto found = find<std::optional<TokenOwner>>(
      [&](Transaction& transaction) { return transaction.find_token_owner(project.id, token); });
  const std::optional<TokenOwner> owner = done(store_->find_token_owner(project.id, token));
  EXPECT_EQ(found.has_value(), owner.has_value());
  if (found && owner) {
    EXPECT_EQ(traits_of(*owner), traits_of(*found));
  }
  return found;
}

std::int64_t StoreConformance::latest_invalidation(const Project& project) {
  return find<std::int64_t>([&](Transaction& transaction) {
    return transaction.status_slots().latest_invalidation(project.id);
  });
}

std::vector<std::int64_t> StoreConformance::invalidated_slots(const Project& project,
                                                              std::int64_t list,
                                                              std::int64_t after) {
  const auto slots = find<std::vector<StatusSlot>>([&](Transaction& transaction) {
    return transaction.status_slots().list_invalidated(project.id, list, after);
  });
  std::vector<std::int64_t> numbers;
  numbers.reserve(slots.size());
  for (const StatusSlot& slot : slots) numbers.push_back(slot.number);
  return numbers;
}

void StoreConformance::revoke_token(const Project& project, const Uuid& token,
                                    Timestamp expires_at) {
  write([&](Transaction& t) {
    return t.revoked_tokens().insert(project.id, {token, {1}, expires_at});
  });
}

bool StoreConformance::is_active(const Project& project, const Uuid& api_user, const Uuid& token) {
  return find_owner(project, {api_user, token, {1}}).value().token_active;
}

std::int64_t StoreConformance::erase_expired_tokens(Timestamp now, std::int64_t limit) {
  std::int64_t erased = -1;
  write([&](Transaction& transaction) -> Result<void> {
    const auto done = transaction.revoked_tokens().erase_expired(now, limit);
    if (!done) return failure(done.error());
    erased = *done;
    return {};
  });
  return erased;
}

void StoreConformance::append_event(const Project& project, const AuditEvent& event) {
  write([&](Transaction& t) { return t.audit().append(project.id, event); });
}

void StoreConformance::append_events(std::int64_t first, std::int64_t last) {
  for (std::int64_t n = first; n <= last; ++n) append_event(acme_, make_audit_event(n));
}

AuditPage StoreConformance::list_events(const AuditQuery& query) {
  return find<AuditPage>([&](Transaction& t) { return t.audit().list(acme_.id, query); });
}

std::vector<std::int64_t> StoreConformance::event_numbers(const AuditQuery& query) {
  std::vector<std::int64_t> numbers;
  for (const AuditEvent& event : list_events(query).items) numbers.push_back(event.number);
  return numbers;
}

std::vector<std::int64_t> StoreConformance::checkpoint_numbers(std::int64_t after,
                                                               std::size_t limit) {
  std::vector<std::int64_t> numbers;
  const auto checkpoints = find<std::vector<SignedAuditCheckpoint>>(
      [&](Transaction& t) { return t.audit().list_checkpoints(acme_.id, after, limit); });
  numbers.reserve(checkpoints.size());
  for (const SignedAuditCheckpoint& one : checkpoints) numbers.push_back(one.payload.number);
  return numbers;
}

void StoreConformance::invite_user(const Project& project, std::uint32_t n) {
  Invitation invitation = make_invitation(static_cast<std::uint8_t>(n));
  // All links of the database are different.
  if (project.id == other_.id) invitation.hash.back() = 1;
  write([&](Transaction& t) { return t.users().insert(project.id, make_user(n), invitation); });
}

void StoreConformance::accept_invitation(const Project& project, std::uint32_t n) {
  write([&](Transaction& t) {
    return t.users().accept_invitation(project.id, make_user(n), "$argon2id$");
  });
}

void StoreConformance::assign_role(const Project& project, std::uint32_t user, const Uuid& role) {
  write([&](Transaction& t) {
    return t.users().replace_roles(project.id, uuid(user), std::array{role});
  });
}

std::optional<UserDetails> StoreConformance::find_user(const Project& project, std::uint32_t n) {
  return find<std::optional<UserDetails>>(
      [&](Transaction& t) { return t.users().find(project.id, uuid(n)); });
}

std::optional<InvitedUser> StoreConformance::find_invited(std::uint8_t invitation) {
  return find<std::optional<InvitedUser>>(
      [&](Transaction& t) { return t.users().find_invited(make_invitation(invitation).hash); });
}

std::optional<UserCredential> StoreConformance::find_user_credential(const Project& project,
                                                                     std::uint32_t n) {
  return find<std::optional<UserCredential>>(
      [&](Transaction& t) { return t.users().find_user_credential(project.name, email_of(n)); });
}

void StoreConformance::add_session(const Project& project, std::uint32_t n, std::uint32_t user) {
  allocate_slots(project, {n});
  write([&](Transaction& t) {
    return t.sessions().insert(project.id, {uuid(n), uuid(user), {n}, moment(10), moment(3600)});
  });
}

}  // namespace ptkl::storage

#include "app/projects.h"

#include <array>
#include <utility>

#include "app/audit_log.h"
#include "app/secret_changes.h"
#include "base/check.h"

namespace ptkl::app {
namespace {

constexpr std::string_view kOwnerName = "owner";
constexpr std::string_view kMasterKeyCheck = "master_key_check";

template <class T>
T constant(Result<T> parsed) {
  PTKL_CHECK(parsed);
  return std::move(*parsed);
}

Role owner_role(const Uuid& id, Timestamp now) {
  return Role{.id = id,
              .name = constant(RoleName::parse(kOwnerName)),
              .permissions = constant(PermissionSet::parse(permissions::kEverything)),
              .workspaces = {},
              .level = constant(AccessLevel::parse(100)),
              .created_at = now,
              .updated_at = now};
}

ApiUser owner_user(const Uuid& id, Timestamp now) {
  return ApiUser{.id = id,
                 .username = constant(Username::parse(kOwnerName)),
                 .description = "",
                 .created_at = now,
                 .updated_at = now};
}

Result<void> insert_project(Transaction& transaction, const Project& project) {
  auto done = transaction.projects().insert(project);
  if (done || done.error().code != ErrorCode::conflict) return done;
  return failure(ErrorCode::conflict, "there is a project " + project.name.text() + " already");
}

/// One that signs from the start, and the next one.
Result<std::vector<SigningKeyDetails>> make_first_keys(const Ports& ports, const Project& project) {
  std::vector<SigningKeyDetails> keys;
  for (const auto status : {SigningKeyStatus::active, SigningKeyStatus::next}) {
    auto key = ports.key_ring.make_key(project.id, project.signing_algorithm, project.created_at);
    if (!key) return failure(std::move(key.error()));
    keys.push_back({std::move(*key), status, {}, {}, {}});
  }
  keys.front().activated_at = project.created_at;
  return keys;
}

Result<void> insert_owner(ProjectChange& change, const ApiUser& owner) {
  const Role role = owner_role(change.ports.secret_source.make_uuid(change.now), change.now);
  auto& transaction = change.transaction;
  if (auto done = transaction.roles().insert(change.project, role); !done) return done;
  if (auto done = transaction.api_users().insert(change.project, owner); !done) return done;
  return transaction.api_users().replace_roles(change.project, owner.id, std::array{role.id});
}

Result<void> record_creation(ProjectChange& change, const Project& project, const ApiUser& owner,
                             const SecretRecord& secret) {
  return record(
      change,
      {.action = audit_actions::kProjectCreated,
       .target = {"project", project.id.text(), project.name.text()},
       .after = {{"algorithm", std::string(to_text(project.signing_algorithm))},
                 {"owner", owner.username.text()},
                 {"secret", secret.id.text()},
                 {"token_lifetime_seconds", std::int64_t{project.token_lifetime.count()}}}});
}

}  // namespace

Result<CreatedProject> create_project(const Ports& ports, const NewProject& wanted) {
  if (auto good = check_token_lifetime(wanted.token_lifetime); !good) {
    return invalid_field("token_lifetime", std::move(good.error().message));
  }
  const Timestamp now = ports.clock.now();
  const Project project{.id = ports.secret_source.make_uuid(now),
                        .name = wanted.name,
                        .token_lifetime = wanted.token_lifetime,
                        .resources = wanted.resources,
                        .created_at = now,
                        .signing_algorithm = wanted.signing_algorithm};
  const ApiUser owner = owner_user(ports.secret_source.make_uuid(now), now);
  const auto keys = make_first_keys(ports, project);
  if (!keys) return failure(keys.error());

  Result<InsertedSecret> made = failure(ErrorCode::internal, "nothing was stored");
  auto done = ports.store.transact([&](Transaction& transaction) -> Result<void> {
    ProjectChange change{ports, transaction, project.id, now, Initiator::server()};
    if (auto stored = insert_project(transaction, project); !stored) return stored;
    for (const SigningKeyDetails& key : *keys) {
      if (auto stored = transaction.signing_keys().insert(key); !stored) return stored;
    }
    if (auto stored = insert_owner(change, owner); !stored) return stored;
    made = insert_secret(change, owner.id, SecretTerms{});
    if (!made) return failure(made.error());
    return record_creation(change, project, owner, made->record);
  });
  if (!done) return failure(std::move(done.error()));
  return CreatedProject{project, owner, std::move(made->secret)};
}

Result<void> bind_master_key(const Ports& ports) {
  return ports.store.transact([&](Transaction& transaction) -> Result<void> {
    const auto check = transaction.settings().find(kMasterKeyCheck);
    if (!check) return failure(check.error());
    if (*check) return ports.key_ring.confirm_master_key(**check);
    return transaction.settings().insert(kMasterKeyCheck, ports.key_ring.master_key_check());
  });
}

}  // namespace ptkl::app

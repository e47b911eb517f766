#include "app/projects/projects.h"

#include <array>
#include <utility>

#include "app/audit/record.h"
#include "app/tokens/credential_lifecycle.h"
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
  return failure(ErrorCode::conflict, "a project named " + project.name.text() + " already exists");
}

/// The active key and the next one.
Result<std::vector<SigningKeyDetails>> make_first_keys(const AppContext& context,
                                                       const Project& project) {
  std::vector<SigningKeyDetails> keys;
  for (const auto status : {SigningKeyStatus::active, SigningKeyStatus::next}) {
    auto key = context.key_ring.make_key(project.id, project.signing_algorithm, project.created_at);
    if (!key) return failed(key);
    keys.push_back({std::move(*key), status, {}, {}, {}});
  }
  keys.front().activated_at = project.created_at;
  return keys;
}

Result<void> insert_owner(ProjectTransaction& change, const ApiUser& owner) {
  const Role role = owner_role(change.context.random_source.make_uuid(change.now), change.now);
  auto& transaction = change.transaction;
  if (auto done = transaction.roles().insert(change.project, role); !done) return done;
  if (auto done = transaction.api_users().insert(change.project, owner); !done) return done;
  return transaction.api_users().replace_roles(change.project, owner.id, std::array{role.id});
}

Result<void> record_creation(ProjectTransaction& change, const Project& project,
                             const ApiUser& owner, const ClientCredential& secret) {
  return record(
      change,
      {.action = audit_actions::kProjectCreated,
       .target = {"project", project.id.text(), project.name.text()},
       .after = {{"algorithm", std::string(to_text(project.signing_algorithm))},
                 {"owner", owner.username.text()},
                 {"secret", secret.id.text()},
                 {"token_lifetime_seconds", std::int64_t{project.token_lifetime.count()}}}});
}

/// Everything about a new project that is decided before its transaction, which may run again.
struct Plan {
  CreatedProject created;
  std::vector<SigningKeyDetails> keys;
};

Result<Plan> make_plan(const AppContext& context, const CreateProject& request) {
  if (auto valid = check_token_lifetime(request.token_lifetime); !valid) {
    return invalid_field("token_lifetime", std::move(valid.error().message));
  }
  const Timestamp now = context.clock.now();
  Project project{.id = context.random_source.make_uuid(now),
                  .name = request.name,
                  .token_lifetime = request.token_lifetime,
                  .resources = request.resources,
                  .created_at = now,
                  .signing_algorithm = request.signing_algorithm};
  ApiUser owner = owner_user(context.random_source.make_uuid(now), now);
  auto keys = make_first_keys(context, project);
  if (!keys) return failed(keys);
  return Plan{{std::move(project), std::move(owner), Secret::make(context.random_source)},
              std::move(*keys)};
}

Result<void> store(const AppContext& context, Transaction& transaction, const Plan& plan) {
  const auto& [project, owner, secret] = plan.created;
  ProjectTransaction change{context, transaction, project.id, project.created_at,
                            Initiator::server()};
  if (auto done = insert_project(transaction, project); !done) return done;
  for (const SigningKeyDetails& key : plan.keys) {
    if (auto done = transaction.signing_keys().insert(key); !done) return done;
  }
  if (auto done = insert_owner(change, owner); !done) return done;
  const auto record = create_credential(change, owner.id, secret, CredentialTerms{});
  if (!record) return failed(record);
  return record_creation(change, project, owner, *record);
}

/// Binds a database that has not been set up.
Result<void> bind_new_database(const AppContext& context, Transaction& transaction) {
  const auto check = transaction.settings().find(kMasterKeyCheck);
  if (!check) return failed(check);
  const auto projects = transaction.projects().list();
  if (!projects) return failed(projects);
  if (*check || !projects->empty()) {
    return failure(ErrorCode::conflict, "the database is already set up");
  }
  return transaction.settings().insert(kMasterKeyCheck, context.key_ring.master_key_check());
}

/// Runs `prepare` first, in the same transaction.
Result<void> create_and_show(const AppContext& context, const CreateProject& request,
                             const ShowProject& show, const Store::Body& prepare) {
  const auto plan = make_plan(context, request);
  if (!plan) return failed(plan);
  bool is_shown = false;
  return context.store.transact([&](Transaction& transaction) -> Result<void> {
    if (auto prepared = prepare(transaction); !prepared) return prepared;
    if (auto stored = store(context, transaction, *plan); !stored) return stored;
    // A transaction that conflicted runs again, with the same secret.
    if (std::exchange(is_shown, true)) return {};
    return show(plan->created);
  });
}

}  // namespace

Result<CreatedProject> create_project(const AppContext& context, const CreateProject& request) {
  auto plan = make_plan(context, request);
  if (!plan) return failed(plan);
  auto done = context.store.transact(
      [&](Transaction& transaction) { return store(context, transaction, *plan); });
  if (!done) return failed(done);
  return std::move(plan->created);
}

Result<void> create_project(const AppContext& context, const CreateProject& request,
                            const ShowProject& show) {
  return create_and_show(context, request, show, [](Transaction&) -> Result<void> { return {}; });
}

Result<void> create_first_project(const AppContext& context, const CreateProject& request,
                                  const ShowProject& show) {
  return create_and_show(context, request, show, [&context](Transaction& transaction) {
    return bind_new_database(context, transaction);
  });
}

Result<void> bind_master_key(const AppContext& context) {
  return context.store.transact([&](Transaction& transaction) -> Result<void> {
    const auto check = transaction.settings().find(kMasterKeyCheck);
    if (!check) return failed(check);
    if (*check) return context.key_ring.confirm_master_key(**check);
    return transaction.settings().insert(kMasterKeyCheck, context.key_ring.master_key_check());
  });
}

Result<void> confirm_master_key(const AppContext& context) {
  return context.store.read([&](Transaction& transaction) -> Result<void> {
    const auto check = transaction.settings().find(kMasterKeyCheck);
    if (!check) return failed(check);
    if (*check) return context.key_ring.confirm_master_key(**check);
    return failure(ErrorCode::not_found, "the database has not been set up");
  });
}

Result<void> probe_write(Store& store) {
  return store.transact_as_probe(
      [](Transaction& transaction) { return transaction.settings().probe_write(kMasterKeyCheck); });
}

}  // namespace ptkl::app

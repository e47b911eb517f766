#include "bench/fill/fresh_project.h"

#include <array>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace ptkl::bench {
namespace {

struct RoleShape {
  std::string_view name;
  std::string_view permissions;
  int level;
};

// The first ones are the most common.
constexpr std::array<RoleShape, 6> kRoles = {{
    {"reader", "components.read releases.read", 10},
    {"deployer", "components.read components.deploy releases.read releases.write", 30},
    {"publisher", "packages.read packages.write", 30},
    {"reporter", "reports.read metrics.read", 10},
    {"operator", "components.* queues.* api-users.read", 60},
    {"auditor", "audit.read api-users.read roles.read users.read", 40},
}};

template <class T>
T constant(Result<T> parsed) {
  PTKL_CHECK(parsed);
  return std::move(*parsed);
}

/// The slots of the owner. Errors: conflict unless it is the only API user.
Result<std::vector<StatusSlot>> find_taken_slots(Transaction& transaction, const Uuid& project) {
  const auto page = transaction.api_users().list(project, {.after = {}, .limit = 2});
  if (!page) return failure(page.error());
  const auto count = transaction.status_slots().count(project);
  if (!count) return failure(count.error());
  std::vector<StatusSlot> slots;
  for (const ApiUserDetails& user : page->items) {
    for (const ClientCredential& secret : user.secrets) slots.push_back(secret.slot);
  }
  if (page->items.size() == 1 && static_cast<std::int64_t>(slots.size()) == *count) return slots;
  return failure(ErrorCode::conflict,
                 "the project is in use or was filled before; create a new one with ptkld");
}

/// Writes no audit event, since no user made the change; the chain of the log stays intact without one.
Result<std::vector<std::string>> insert_roles(const app::AppContext& context,
                                              Transaction& transaction, const Uuid& project) {
  const Timestamp now = context.clock.now();
  std::vector<std::string> ids;
  for (const RoleShape& shape : kRoles) {
    const Role role{.id = context.random_source.make_uuid(now),
                    .name = constant(RoleName::parse(shape.name)),
                    .permissions = constant(PermissionSet::parse(shape.permissions)),
                    .workspaces = {},
                    .level = constant(AccessLevel::parse(shape.level)),
                    .created_at = now,
                    .updated_at = now};
    if (auto done = transaction.roles().insert(project, role); !done) {
      return failure(std::move(done.error()));
    }
    ids.push_back(role.id.text());
  }
  return ids;
}

}  // namespace

Result<FreshProject> prepare_project(const app::AppContext& context, const ProjectName& name) {
  FreshProject fresh;
  auto done = context.store.transact([&](Transaction& transaction) -> Result<void> {
    const auto project = transaction.projects().find(name);
    if (!project) return failure(project.error());
    if (!*project) return failure(ErrorCode::not_found, "there is no project " + name.text());
    auto taken = find_taken_slots(transaction, (*project)->id);
    if (!taken) return failure(std::move(taken.error()));
    auto roles = insert_roles(context, transaction, (*project)->id);
    if (!roles) return failure(std::move(roles.error()));
    fresh = {(*project)->id.text(), std::move(*roles), std::move(*taken)};
    return {};
  });
  if (!done) return failure(std::move(done.error()));
  return fresh;
}

}  // namespace ptkl::bench

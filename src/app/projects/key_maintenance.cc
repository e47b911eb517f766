#include "app/projects/key_maintenance.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/access/all_projects.h"
#include "app/audit/record.h"
#include "app/projects/key_rotation.h"

namespace ptkl::app {
namespace {

/// Runs `body` in one transaction. Succeeds also when another server has made the same change before.
Result<void> change_unless_done(const AppContext& context, const Uuid& project,
                                const std::function<Result<void>(ProjectTransaction&)>& body) {
  auto done = context.store.transact([&](Transaction& transaction) -> Result<void> {
    if (auto locked = transaction.projects().lock_project(project); !locked) return locked;
    ProjectTransaction change{context, transaction, project, context.clock.now(),
                              Initiator::server()};
    return body(change);
  });
  const bool was_done = !done && (done.error().code == ErrorCode::conflict ||
                                  done.error().code == ErrorCode::not_found);
  return was_done ? Result<void>() : done;
}

Result<void> add_missing_next_key(const AppContext& context, const Project& project) {
  auto key = context.key_ring.make_key(project.id, project.signing_algorithm, context.clock.now());
  if (!key) return failed(key);
  return change_unless_done(context, project.id, [&](ProjectTransaction& change) -> Result<void> {
    const auto next = publish_next_key(change, *key);
    if (!next) return failed(next);
    return record(change, {.action = audit_actions::kSigningKeyCreated,
                           .target = audit_target(next->key),
                           .after = audit_details(*next)});
  });
}

Result<void> rotate_when_due(const AppContext& context, const ProjectKeys& found) {
  const auto due = next_rotation(found.keys, context.key_rotation);
  if (!due || context.clock.now() < *due) return {};
  const auto plan = plan_rotation(context, found, {found.keys.next->key.algorithm});
  if (!plan) return failed(plan);
  std::optional<SigningKeyDetails> active;
  auto done = change_unless_done(context, found.project.id,
                                 [&](ProjectTransaction& change) -> Result<void> {
                                   active.reset();
                                   auto rotated = apply_rotation(change, *plan);
                                   if (!rotated) return failed(rotated);
                                   active = std::move(*rotated);
                                   return {};
                                 });
  if (done && active) log_rotation(context, found.project, *active);
  return done;
}

Result<void> delete_unpublished_keys(const AppContext& context, const ProjectKeys& found) {
  for (const SigningKeyDetails& key : found.keys.retired) {
    if (is_published(key, context.clock.now())) continue;
    auto done = change_unless_done(context, found.project.id, [&](ProjectTransaction& change) {
      auto erased = change.transaction.signing_keys().erase(change.project, key.key.kid);
      if (!erased) return erased;
      return record(change, {.action = audit_actions::kSigningKeyDeleted,
                             .target = audit_target(key.key),
                             .before = audit_details(key)});
    });
    if (!done) return done;
  }
  return {};
}

/// Keys that were rotated or deleted, here or by another server, are dropped from memory too.
Result<void> evict_old_keys(const AppContext& context, const ProjectName& name) {
  auto found = find_project_keys(context, name);
  if (!found) return failed(found);
  const std::string signing = found->keys.active.key.kid;
  std::vector<std::string> kids;
  for (const SigningKeyDetails& key : published_keys(std::move(found->keys), context.clock.now())) {
    kids.push_back(key.key.kid);
  }
  context.key_ring.keep_only(found->project.id, signing, kids);
  return {};
}

Result<void> maintain_project(const AppContext& context, const ProjectName& name) {
  const auto found = find_project_keys(context, name);
  if (!found) return failed(found);
  if (!found->keys.next) {
    if (auto done = add_missing_next_key(context, found->project); !done) return done;
  }
  if (auto done = rotate_when_due(context, *found); !done) return done;
  if (auto done = delete_unpublished_keys(context, *found); !done) return done;
  return evict_old_keys(context, name);
}

}  // namespace

void run_key_maintenance(const AppContext& context) {
  for_each_project(context, "signing key maintenance failed",
                   [&](const Project& project) { return maintain_project(context, project.name); });
}

}  // namespace ptkl::app

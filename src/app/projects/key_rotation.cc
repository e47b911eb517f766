#include "app/projects/key_rotation.h"

#include <optional>
#include <string>
#include <utility>

#include "app/audit/record.h"

namespace ptkl::app {
namespace {

using Kind = RotationStep::Kind;

bool is_same_key(const std::optional<SigningKeyDetails>& left,
                 const std::optional<SigningKeyDetails>& right) {
  if (!left || !right) return !left && !right;
  return left->key.kid == right->key.kid;
}

/// Of two concurrent rotations only one succeeds: the keys must be those of the plan.
Result<SigningKeySet> read_unchanged_keys(ProjectTransaction& change, const RotationPlan& plan) {
  auto keys = read_key_set(change.transaction, change.project);
  if (!keys) return keys;
  if (keys->active.key.kid != plan.keys.active.key.kid ||
      !is_same_key(keys->next, plan.keys.next)) {
    return failure(ErrorCode::conflict,
                   "the signing keys were changed at the same time; list them before retrying");
  }
  return keys;
}

/// Keeps only the public half: the key signs nothing more.
Result<void> retire(ProjectTransaction& change, SigningKeyDetails key) {
  key.status = SigningKeyStatus::retired;
  key.retired_at = change.now;
  key.key.wrapped_key.clear();
  return change.transaction.signing_keys().update(key);
}

/// Invalidates every token that was signed until now.
Result<void> erase_keys_that_signed(ProjectTransaction& change, const SigningKeySet& keys) {
  auto& repository = change.transaction.signing_keys();
  for (const SigningKeyDetails& key : keys.retired) {
    if (auto done = repository.erase(change.project, key.key.kid); !done) return done;
  }
  return repository.erase(change.project, keys.active.key.kid);
}

Result<void> publish(ProjectTransaction& change, SigningKeySet& keys, const SigningKey& key) {
  if (keys.next) {
    // It has signed nothing, so no verifier needs it.
    auto erased = change.transaction.signing_keys().erase(change.project, keys.next->key.kid);
    if (!erased) return erased;
  }
  auto next = publish_next_key(change, key);
  if (!next) return failed(next);
  keys.next = std::move(*next);
  return {};
}

Result<void> schedule(ProjectTransaction& change, SigningKeySet& keys) {
  keys.next->activates_at = may_sign_from(*keys.next, change.context.key_rotation);
  return change.transaction.signing_keys().update(*keys.next);
}

Result<void> activate(ProjectTransaction& change, SigningKeySet& keys, RotationMode mode) {
  auto ended = mode == RotationMode::compromised ? erase_keys_that_signed(change, keys)
                                                 : retire(change, keys.active);
  if (!ended) return ended;
  keys.active = std::move(*keys.next);
  keys.next.reset();
  keys.active.status = SigningKeyStatus::active;
  keys.active.activates_at.reset();
  keys.active.activated_at = change.now;
  return change.transaction.signing_keys().update(keys.active);
}

Result<void> apply_step(ProjectTransaction& change, SigningKeySet& keys, const RotationStep& step,
                        RotationMode mode) {
  switch (step.kind) {
    case Kind::publish:
      return publish(change, keys, step.key);
    case Kind::schedule:
      return schedule(change, keys);
    case Kind::activate:
      return activate(change, keys, mode);
  }
  return {};
}

bool activates(const RotationPlan& plan) { return plan.steps.back().kind != Kind::schedule; }

/// The same rotation was scheduled before, so nothing changes.
bool is_scheduled_already(const RotationPlan& plan, const SigningKeyDetails& key) {
  return plan.steps.front().kind == Kind::schedule &&
         plan.keys.next->activates_at == key.activates_at;
}

Result<void> record_rotation(ProjectTransaction& change, const RotationPlan& plan,
                             const SigningKeyDetails& key) {
  AuditDetails after = audit_details(key);
  after.set("mode", std::string(to_text(plan.mode)));
  const bool is_active = activates(plan);
  const SigningKeyDetails& before =
      !is_active && plan.keys.next ? *plan.keys.next : plan.keys.active;
  return record(change, {.action = is_active ? audit_actions::kSigningKeyRotated
                                             : audit_actions::kSigningKeyScheduled,
                         .target = audit_target(key.key),
                         .before = audit_details(before),
                         .after = std::move(after)});
}

}  // namespace

Result<SigningKeyDetails> rotate_signing_key(const AppContext& context, const Actor& actor,
                                             const RotateKeys& request) {
  constexpr std::string_view kPermission = permissions::kKeysWrite;
  if (auto allowed = require(actor, kPermission); !allowed) return failed(allowed);
  auto found = find_project_keys(context, actor.project.name);
  if (!found) return failed(found);
  // The count cannot be outdated at the commit: the transaction refuses another active key.
  const auto may = check_rotation(found->keys, request.mode, context.clock.now());
  if (!may) return failed(may);
  const auto plan = plan_rotation(context, std::move(*found), request);
  if (!plan) return failed(plan);
  auto rotated = run_in_project(
      context, actor, kPermission,
      [&](ProjectTransaction& change, const Grants&) { return apply_rotation(change, *plan); });
  if (!rotated) return rotated;
  log_rotation(context, plan->project, *rotated);
  return rotated;
}

Result<RotationPlan> plan_rotation(const AppContext& context, ProjectKeys found,
                                   const RotateKeys& request) {
  const Timestamp now = context.clock.now();
  RotationPlan plan{std::move(found.project), std::move(found.keys), request.mode, {}};
  Project& project = plan.project;
  project.signing_algorithm = request.algorithm.value_or(project.signing_algorithm);
  const auto& next = plan.keys.next;
  const bool fits = next && next->key.algorithm == project.signing_algorithm;
  const bool is_known = fits && may_sign_from(*next, context.key_rotation) <= now;
  if (!fits) plan.steps.push_back({Kind::publish});
  if (is_known || request.mode != RotationMode::scheduled) {
    plan.steps.push_back({Kind::activate});
    plan.steps.push_back({Kind::publish});
  } else {
    plan.steps.push_back({Kind::schedule});
  }
  for (RotationStep& step : plan.steps) {
    if (step.kind != Kind::publish) continue;
    auto key = context.key_ring.make_key(project.id, project.signing_algorithm, now);
    if (!key) return failed(key);
    step.key = std::move(*key);
  }
  return plan;
}

Result<SigningKeyDetails> apply_rotation(ProjectTransaction& change, const RotationPlan& plan) {
  auto keys = read_unchanged_keys(change, plan);
  if (!keys) return failed(keys);
  // The project's algorithm may change.
  auto updated = change.transaction.projects().update(plan.project);
  if (!updated) return failed(updated);
  for (const RotationStep& step : plan.steps) {
    auto done = apply_step(change, *keys, step, plan.mode);
    if (!done) return failed(done);
  }
  SigningKeyDetails key = activates(plan) ? std::move(keys->active) : std::move(*keys->next);
  if (is_scheduled_already(plan, key)) return key;
  auto recorded = record_rotation(change, plan, key);
  if (!recorded) return failed(recorded);
  return key;
}

void log_rotation(const AppContext& context, const Project& project, const SigningKeyDetails& key) {
  if (key.status != SigningKeyStatus::active) return;
  context.log.info("signing key rotated", {{"project", project.name.text()},
                                           {"kid", key.key.kid},
                                           {"algorithm", to_text(key.key.algorithm)}});
}

Result<SigningKeyDetails> publish_next_key(ProjectTransaction& change, SigningKey key) {
  key.created_at = change.now;  // when its publication begins
  SigningKeyDetails next{std::move(key), SigningKeyStatus::next, {}, {}, {}};
  auto done = change.transaction.signing_keys().insert(next);
  if (!done) return failed(done);
  return next;
}

}  // namespace ptkl::app

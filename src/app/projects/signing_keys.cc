#include "app/projects/signing_keys.h"

#include <algorithm>
#include <string>
#include <utility>

#include "app/audit/record.h"

namespace ptkl::app {
namespace {

constexpr std::string_view kPermission = permissions::kKeysWrite;

struct ProjectKeys {
  Project project;
  SigningKeySet keys;
};

Result<SigningKeySet> read_key_set(Transaction& transaction, const Uuid& project) {
  auto keys = transaction.signing_keys().list(project);
  if (!keys) return failure(std::move(keys.error()));
  return to_signing_key_set(std::move(*keys));
}

Result<ProjectKeys> read_project_keys(Transaction& transaction, const ProjectName& name) {
  auto project = transaction.projects().find(name);
  if (!project) return failure(std::move(project.error()));
  if (!*project) return failure(ErrorCode::not_found, "there is no such project");
  auto keys = read_key_set(transaction, (*project)->id);
  if (!keys) return failure(std::move(keys.error()));
  return ProjectKeys{std::move(**project), std::move(*keys)};
}

Result<ProjectKeys> find_project_keys(const AppContext& context, const ProjectName& name) {
  return read_snapshot(context.store, [&](Transaction& transaction) {
    return read_project_keys(transaction, name);
  });
}

std::vector<SigningKeyDetails> published_among(SigningKeySet keys, Timestamp now) {
  std::vector<SigningKeyDetails> published;
  published.push_back(std::move(keys.active));
  if (keys.next) published.push_back(std::move(*keys.next));
  for (SigningKeyDetails& key : keys.retired) {
    if (is_published(key, now)) published.push_back(std::move(key));
  }
  return published;
}

/// What a rotation does, decided from one reading of the keys. New keys are made before the
/// transaction that stores them, because that can take long.
struct Rotation {
  Project project;
  SigningKeySet keys;  ///< when it was decided
  RotationMode mode = RotationMode::scheduled;
  std::optional<SigningKey> successor;  ///< new; absent: the next key is the one that takes over
  std::optional<SigningKey> following;  ///< the new next key; absent: nothing takes over yet
};

Result<Rotation> prepare_rotation(const AppContext& context, ProjectKeys found,
                                  const RotateKeys& wanted) {
  const Timestamp now = context.clock.now();
  Rotation rotation{std::move(found.project), std::move(found.keys), wanted.mode, {}, {}};
  Project& project = rotation.project;
  project.signing_algorithm = wanted.algorithm.value_or(project.signing_algorithm);
  const auto& next = rotation.keys.next;
  const bool fits = next && next->key.algorithm == project.signing_algorithm;
  const bool is_known = fits && may_sign_from(*next, context.key_rotation) <= now;
  const auto make_key = [&](std::optional<SigningKey>& to) -> Result<void> {
    auto made = context.key_ring.make_key(project.id, project.signing_algorithm, now);
    if (!made) return failure(std::move(made.error()));
    to = std::move(*made);
    return {};
  };
  if (!fits) {
    if (auto made = make_key(rotation.successor); !made) return failure(made.error());
  }
  if (is_known || wanted.mode != RotationMode::scheduled) {
    if (auto made = make_key(rotation.following); !made) return failure(made.error());
  }
  return rotation;
}

bool is_same_key(const std::optional<SigningKeyDetails>& left,
                 const std::optional<SigningKeyDetails>& right) {
  if (!left || !right) return !left && !right;
  return left->key.kid == right->key.kid;
}

/// Keeps only the public half: nothing is signed with it any more.
Result<void> retire(ProjectTransaction& change, SigningKeyDetails key) {
  key.status = SigningKeyStatus::retired;
  key.retired_at = change.now;
  key.key.wrapped_key.clear();
  return change.transaction.signing_keys().update(key);
}

/// Everything that has signed goes, so that nothing that it signed is good.
Result<void> erase_all_that_signed(ProjectTransaction& change, const SigningKeySet& keys) {
  auto& repository = change.transaction.signing_keys();
  for (const SigningKeyDetails& key : keys.retired) {
    if (auto done = repository.erase(change.project, key.key.kid); !done) return done;
  }
  return repository.erase(change.project, keys.active.key.kid);
}

Result<SigningKeyDetails> insert_next(ProjectTransaction& change, SigningKey key) {
  key.created_at = change.now;  // from now on it is published
  SigningKeyDetails next{std::move(key), SigningKeyStatus::next, {}, {}, {}};
  if (auto done = change.transaction.signing_keys().insert(next); !done) {
    return failure(std::move(done.error()));
  }
  return next;
}

/// The key that takes over, stored as the next one.
Result<SigningKeyDetails> store_successor(ProjectTransaction& change, const Rotation& rotation,
                                          const SigningKeySet& keys) {
  if (!rotation.successor) return *keys.next;
  if (keys.next) {
    // It has signed nothing, so nobody will miss it.
    auto done = change.transaction.signing_keys().erase(change.project, keys.next->key.kid);
    if (!done) return failure(std::move(done.error()));
  }
  return insert_next(change, *rotation.successor);
}

Result<SigningKeyDetails> schedule(ProjectTransaction& change, SigningKeyDetails next) {
  next.activates_at = may_sign_from(next, change.context.key_rotation);
  auto done = change.transaction.signing_keys().update(next);
  if (!done) return failure(std::move(done.error()));
  return next;
}

Result<SigningKeyDetails> activate(ProjectTransaction& change, SigningKeyDetails next) {
  next.status = SigningKeyStatus::active;
  next.activates_at.reset();
  next.activated_at = change.now;
  auto done = change.transaction.signing_keys().update(next);
  if (!done) return failure(std::move(done.error()));
  return next;
}

AuditTarget key_target(const SigningKey& key) { return {"signing_key", key.kid, ""}; }

AuditDetails key_details(const SigningKeyDetails& key) {
  return {{"activates_at", audit_value(key.activates_at)},
          {"algorithm", std::string(to_text(key.key.algorithm))},
          {"kid", key.key.kid},
          {"status", std::string(to_text(key.status))}};
}

Result<void> record_rotation(ProjectTransaction& change, const Rotation& rotation,
                             const SigningKeyDetails& key) {
  const bool is_scheduled = key.status == SigningKeyStatus::next;
  AuditDetails after = key_details(key);
  after.set("mode", std::string(to_text(rotation.mode)));
  return record(change,
                {.action = is_scheduled ? audit_actions::kSigningKeyScheduled
                                        : audit_actions::kSigningKeyRotated,
                 .target = key_target(key.key),
                 .before = key_details(is_scheduled && rotation.keys.next ? *rotation.keys.next
                                                                          : rotation.keys.active),
                 .after = std::move(after)});
}

/// Nobody rotates twice: the keys must be those that the decision was about.
Result<SigningKeySet> find_unchanged_keys(ProjectTransaction& change, const Rotation& rotation) {
  auto keys = read_key_set(change.transaction, change.project);
  if (!keys) return keys;
  if (keys->active.key.kid != rotation.keys.active.key.kid ||
      !is_same_key(keys->next, rotation.keys.next)) {
    return failure(ErrorCode::conflict, "the keys were changed meanwhile; look and try again");
  }
  return keys;
}

Result<SigningKeyDetails> change_keys(ProjectTransaction& change, const Rotation& rotation) {
  // 1. Those that the decision was about.
  const auto keys = find_unchanged_keys(change, rotation);
  if (!keys) return failure(keys.error());
  // 2. The algorithm of the keys to come.
  auto updated = change.transaction.projects().update(rotation.project);
  if (!updated) return failure(std::move(updated.error()));
  // 3. The key that will sign.
  const auto successor = store_successor(change, rotation, *keys);
  if (!successor) return failure(successor.error());
  if (!rotation.following) return schedule(change, *successor);
  // 4. It takes over, and the key after it is published.
  auto ended = rotation.mode == RotationMode::compromised ? erase_all_that_signed(change, *keys)
                                                          : retire(change, keys->active);
  if (!ended) return failure(std::move(ended.error()));
  auto active = activate(change, *successor);
  if (!active) return active;
  if (auto next = insert_next(change, *rotation.following); !next) return next;
  return active;
}

/// Whether all that is wanted has been asked for before, and will happen by itself.
bool is_asked_for_already(const Rotation& rotation, const SigningKeyDetails& key) {
  return !rotation.successor && !rotation.following && rotation.keys.next &&
         rotation.keys.next->activates_at == key.activates_at;
}

Result<SigningKeyDetails> apply_rotation(ProjectTransaction& change, const Rotation& rotation) {
  auto key = change_keys(change, rotation);
  if (!key || is_asked_for_already(rotation, *key)) return key;
  auto recorded = record_rotation(change, rotation, *key);
  if (!recorded) return failure(std::move(recorded.error()));
  return key;
}

void log_rotation(const AppContext& context, const Project& project, const SigningKeyDetails& key) {
  if (key.status != SigningKeyStatus::active) return;
  context.log.info("signing key rotated", {{"project", project.name.text()},
                                           {"kid", key.key.kid},
                                           {"algorithm", to_text(key.key.algorithm)}});
}

/// Runs `body`, a `Result<void>(ProjectTransaction&)`, in one transaction. That another node was faster is
/// no failure.
template <class Body>
Result<void> change_unless_done(const AppContext& context, const Uuid& project, const Body& body) {
  auto done = context.store.transact([&](Transaction& transaction) -> Result<void> {
    if (auto turn = transaction.projects().lock_project(project); !turn) return turn;
    ProjectTransaction change{context, transaction, project, context.clock.now(),
                              Initiator::server()};
    return body(change);
  });
  const bool was_done = !done && (done.error().code == ErrorCode::conflict ||
                                  done.error().code == ErrorCode::not_found);
  return was_done ? Result<void>() : done;
}

Result<void> add_missing_next(const AppContext& context, const Project& project) {
  auto key = context.key_ring.make_key(project.id, project.signing_algorithm, context.clock.now());
  if (!key) return failure(std::move(key.error()));
  return change_unless_done(context, project.id, [&](ProjectTransaction& change) -> Result<void> {
    auto inserted = insert_next(change, *key);
    if (!inserted) return failure(std::move(inserted.error()));
    return record(change, {.action = audit_actions::kSigningKeyCreated,
                           .target = key_target(inserted->key),
                           .after = key_details(*inserted)});
  });
}

Result<void> rotate_when_due(const AppContext& context, const ProjectKeys& found) {
  const auto due = next_rotation(found.keys, context.key_rotation);
  if (!due || context.clock.now() < *due) return {};
  const auto rotation = prepare_rotation(context, found, {found.keys.next->key.algorithm});
  if (!rotation) return failure(rotation.error());
  std::optional<SigningKeyDetails> active;
  auto done = change_unless_done(context, found.project.id,
                                 [&](ProjectTransaction& change) -> Result<void> {
                                   active.reset();
                                   auto rotated = apply_rotation(change, *rotation);
                                   if (!rotated) return failure(std::move(rotated.error()));
                                   active = std::move(*rotated);
                                   return {};
                                 });
  if (done && active) log_rotation(context, found.project, *active);
  return done;
}

Result<void> delete_dead_keys(const AppContext& context, const ProjectKeys& found) {
  for (const SigningKeyDetails& key : found.keys.retired) {
    if (is_published(key, context.clock.now())) continue;
    auto done = change_unless_done(context, found.project.id, [&](ProjectTransaction& change) {
      auto erased = change.transaction.signing_keys().erase(change.project, key.key.kid);
      if (!erased) return erased;
      return record(change, {.action = audit_actions::kSigningKeyDeleted,
                             .target = key_target(key.key),
                             .before = key_details(key)});
    });
    if (!done) return done;
  }
  return {};
}

/// What was rotated or deleted, here or on another node, goes from memory too.
Result<void> forget_old_keys(const AppContext& context, const ProjectName& name) {
  auto found = find_project_keys(context, name);
  if (!found) return failure(std::move(found.error()));
  const std::string signing = found->keys.active.key.kid;
  std::vector<std::string> kids;
  for (const SigningKeyDetails& key :
       published_among(std::move(found->keys), context.clock.now())) {
    kids.push_back(key.key.kid);
  }
  context.key_ring.keep_only(found->project.id, signing, kids);
  return {};
}

Result<void> maintain_project(const AppContext& context, const ProjectName& name) {
  const auto found = find_project_keys(context, name);
  if (!found) return failure(found.error());
  if (!found->keys.next) {
    if (auto done = add_missing_next(context, found->project); !done) return done;
  }
  if (auto done = rotate_when_due(context, *found); !done) return done;
  if (auto done = delete_dead_keys(context, *found); !done) return done;
  return forget_old_keys(context, name);
}

}  // namespace

Result<std::vector<SigningKey>> list_published_keys(const AppContext& context,
                                                    std::string_view project) {
  const auto name = ProjectName::parse(project);
  if (!name) return failure(ErrorCode::not_found, "there is no such project");
  auto found = find_project_keys(context, *name);
  if (!found) return failure(std::move(found.error()));
  std::vector<SigningKey> keys;
  for (SigningKeyDetails& key : published_among(std::move(found->keys), context.clock.now())) {
    keys.push_back(std::move(key.key));
  }
  return keys;
}

Result<std::vector<SigningKeyDetails>> list_signing_keys(const AppContext& context,
                                                         const Actor& actor) {
  if (auto allowed = require(actor, kPermission); !allowed) {
    return failure(std::move(allowed.error()));
  }
  auto found = find_project_keys(context, actor.project.name);
  if (!found) return failure(std::move(found.error()));
  SigningKeySet& keys = found->keys;
  if (keys.next) keys.next->activates_at = next_rotation(keys, context.key_rotation);
  return published_among(std::move(keys), context.clock.now());
}

Result<SigningKeyDetails> rotate_signing_key(const AppContext& context, const Actor& actor,
                                             const RotateKeys& wanted) {
  if (auto allowed = require(actor, kPermission); !allowed) {
    return failure(std::move(allowed.error()));
  }
  auto found = find_project_keys(context, actor.project.name);
  if (!found) return failure(std::move(found.error()));
  // No key retires unseen until the commit: the transaction refuses another active key.
  const auto may = check_rotation(found->keys, wanted.mode, context.clock.now());
  if (!may) return failure(may.error());
  const auto rotation = prepare_rotation(context, std::move(*found), wanted);
  if (!rotation) return failure(rotation.error());
  auto rotated = run_in_project(
      context, actor, kPermission,
      [&](ProjectTransaction& change, const Grants&) { return apply_rotation(change, *rotation); });
  if (!rotated) return rotated;
  log_rotation(context, rotation->project, *rotated);
  return rotated;
}

void maintain_signing_keys(const AppContext& context) {
  const auto projects = read_snapshot(
      context.store, [](Transaction& transaction) { return transaction.projects().list(); });
  if (!projects) {
    context.log.error("signing keys not looked after", {{"reason", projects.error().message}});
    return;
  }
  for (const Project& project : *projects) {
    const auto done = maintain_project(context, project.name);
    if (done) continue;
    context.log.error("signing keys not looked after",
                      {{"project", project.name.text()}, {"reason", done.error().message}});
  }
}

}  // namespace ptkl::app

// Rotates a project's signing key, on command or when it is due. A rotation is a plan, made from one reading of
// the keys, and then a transaction that applies it.
#pragma once

#include <vector>

#include "app/access/context.h"
#include "app/access/project_transaction.h"
#include "app/projects/signing_keys.h"

namespace ptkl::app {

/// Activates the next key, or schedules when it will become active. A next key of another algorithm is
/// replaced first. Returns the key that signs from now on (`active`) or from `activates_at` on (`next`).
/// Requires: `keys.write`; not on an I/O thread, since making a key may take 100 ms.
/// Errors: conflict when the keys were changed at the same time, and as check_rotation().
Result<SigningKeyDetails> rotate_signing_key(const AppContext& context, const Actor& actor,
                                             const RotateKeys& request);

/// One change of a project's keys.
struct RotationStep {
  enum class Kind {
    publish,   ///< `key` becomes the next key, and replaces an existing next key
    schedule,  ///< the next key will become active once it has been published for long enough
    activate,  ///< the next key becomes active; the active one retires, or is erased when compromised
  };
  Kind kind;
  SigningKey key = {};
};

/// The steps of one rotation. It contains the new keys, since generating them takes too long for a transaction.
struct RotationPlan {
  Project project;
  SigningKeySet keys;  ///< as they were when the plan was made
  RotationMode mode = RotationMode::scheduled;
  std::vector<RotationStep> steps;
};

Result<RotationPlan> plan_rotation(const AppContext& context, ProjectKeys found,
                                   const RotateKeys& request);

/// Applies and records the plan; returns as rotate_signing_key().
/// Errors: conflict when the keys are no longer those of the plan.
Result<SigningKeyDetails> apply_rotation(ProjectTransaction& change, const RotationPlan& plan);

/// Logs that `key` has become active; a scheduled key is not logged. Requires: a committed rotation.
void log_rotation(const AppContext& context, const Project& project, const SigningKeyDetails& key);

/// Stores a new key as the next one, published from now on.
Result<SigningKeyDetails> publish_next_key(ProjectTransaction& change, SigningKey key);

}  // namespace ptkl::app

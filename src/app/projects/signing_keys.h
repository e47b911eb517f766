// The signing keys of a project, as stored and as published.
#pragma once

#include <string_view>
#include <vector>

#include "app/access/actor.h"
#include "core/keys/signing_key_rotation.h"

namespace ptkl::app {

/// Returns the keys that the JWKS shows. Errors: not_found when there is no such project.
Result<std::vector<SigningKey>> list_published_keys(const AppContext& context,
                                                    std::string_view project);

/// Returns the active key, the next one, and the retired keys that are still published. `activates_at` of
/// the next key is when it will become active as things stand. Requires: `keys.write`.
Result<std::vector<SigningKeyDetails>> list_signing_keys(const AppContext& context,
                                                         const Actor& actor);

struct ProjectKeys {
  Project project;
  SigningKeySet keys;
};
/// Errors: not_found when there is no such project, internal when its keys are inconsistent.
Result<ProjectKeys> find_project_keys(const AppContext& context, const ProjectName& name);

/// Errors: as find_project_keys().
Result<SigningKeySet> read_key_set(Transaction& transaction, const Uuid& project);

/// The keys that are published at `now`: active, next, retired.
std::vector<SigningKeyDetails> published_keys(SigningKeySet keys, Timestamp now);

}  // namespace ptkl::app

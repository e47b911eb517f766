// Making projects: what the server's own command line does, not the API.
#pragma once

#include <chrono>

#include "app/ports.h"
#include "core/audience.h"
#include "core/project.h"

namespace ptkl::app {

struct NewProject {
  ProjectName name;
  std::chrono::seconds token_lifetime = kDefaultTokenLifetime;
  AudienceSet resources;
  SigningAlgorithm signing_algorithm = kDefaultSigningAlgorithm;
};

struct CreatedProject {
  Project project;
  ApiUser owner;
  Secret secret;  ///< the owner's; the only time that it is seen
};

/// Makes, in one transaction, the project, its first two signing keys, the role `owner` (`*`, level 100) and
/// the API user `owner` with a secret. conflict when the name is taken.
Result<CreatedProject> create_project(const Ports& ports, const NewProject& wanted);

/// Stores which master key the database belongs to, the first time; later confirms it. Fails with
/// invalid_argument when the key is another one.
Result<void> bind_master_key(const Ports& ports);

}  // namespace ptkl::app

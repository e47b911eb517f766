// Creates projects and binds databases to their master key, for the commands of ptkld; not for the API.
#pragma once

#include <chrono>
#include <functional>

#include "app/access/context.h"
#include "core/audience.h"
#include "core/project.h"

namespace ptkl::app {

struct CreateProject {
  ProjectName name;
  std::chrono::seconds token_lifetime = kDefaultTokenLifetime;
  AudienceSet resources;
  SigningAlgorithm signing_algorithm = kDefaultSigningAlgorithm;
};

struct CreatedProject {
  Project project;
  ApiUser owner;
  Secret secret;  ///< the owner's; shown only once
};

/// Creates, in one transaction, the project, its first two signing keys, the role `owner` (`*`, level 100)
/// and the API user `owner` with a secret.
/// Errors: conflict when the name is taken.
Result<CreatedProject> create_project(const AppContext& context, const CreateProject& request);

/// Prints a new project's secret. Errors: the output could not be written.
using ShowProject = std::function<Result<void>(const CreatedProject&)>;

/// As above, but calls `show` once, immediately before the commit: nothing is stored when it fails, and the
/// secret is known even when the outcome of the commit is not.
Result<void> create_project(const AppContext& context, const CreateProject& request,
                            const ShowProject& show);

/// As above, in a new database, which the same transaction binds to the master key.
/// Errors: conflict when the database has a project or is bound to a master key.
Result<void> create_first_project(const AppContext& context, const CreateProject& request,
                                  const ShowProject& show);

/// Binds the database to the master key the first time, and verifies that binding later.
/// Errors: invalid_argument when the database is bound to another key.
Result<void> bind_master_key(const AppContext& context);

/// Errors: not_found when the database has not been set up, invalid_argument when it is bound to another
/// master key.
Result<void> confirm_master_key(const AppContext& context);

/// Writes the binding again, unchanged: succeeds only when the database accepts writes. Waits neither for a
/// project's lock nor for a transaction that does (Store::transact_as_probe()).
/// Errors: not_found when the database has not been set up.
Result<void> probe_write(Store& store);

}  // namespace ptkl::app

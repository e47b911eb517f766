// Making projects: what the server's own command line does, not the API.
#pragma once

#include <chrono>
#include <functional>

#include "app/access/context.h"
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
Result<CreatedProject> create_project(const AppContext& context, const NewProject& wanted);

/// Shows a new project's secret; fails when it could not.
using ShowProject = std::function<Result<void>(const CreatedProject&)>;

/// The same, but `show` is called once, last before the commit, so that nothing is stored when showing
/// fails, and no secret is lost when the commit's outcome is unknown.
Result<void> create_project(const AppContext& context, const NewProject& wanted,
                            const ShowProject& show);

/// As the latter, in a database that nobody has set up: binds it to the master key too, in the same
/// transaction. Fails with conflict when the database has a project, or belongs to a master key.
Result<void> create_first_project(const AppContext& context, const NewProject& wanted,
                                  const ShowProject& show);

/// Stores which master key the database belongs to, the first time; later confirms it. Fails with
/// invalid_argument when the key is another one.
Result<void> bind_master_key(const AppContext& context);

/// Fails with not_found when nobody has set up the database, with invalid_argument when it belongs to
/// another master key.
Result<void> confirm_master_key(const AppContext& context);

/// A change that leaves everything as it is and is in no project's way: done only where changes come
/// through. Fails with not_found when nobody has set up the database.
Result<void> rewrite_binding(Store& store);

}  // namespace ptkl::app

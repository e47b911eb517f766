// The project to be filled, as `ptkld init` created it.
#pragma once

#include <string>
#include <vector>

#include "app/access/context.h"
#include "core/project.h"
#include "core/status_list.h"

namespace ptkl::bench {

struct FreshProject {
  std::string id;
  std::vector<std::string> roles;  ///< ids of those that the API users will have
  std::vector<StatusSlot> taken;   ///< all slots that are allocated so far
};

/// Creates the roles of `project`.
/// Errors: not_found if there is no such project; conflict if it has more than its owner with one secret.
Result<FreshProject> prepare_project(const app::AppContext& context, const ProjectName& project);

}  // namespace ptkl::bench

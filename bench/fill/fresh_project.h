// The project that is filled, as `ptkld init` made it.
#pragma once

#include <string>
#include <vector>

#include "app/access/context.h"
#include "core/project.h"
#include "core/status_slot.h"

namespace ptkl::bench {

struct FreshProject {
  std::string id;
  std::vector<std::string> roles;  ///< ids of those that the API users will have
  std::vector<StatusSlot> taken;   ///< all slots that are claimed so far
};

/// Makes the roles of `project`. Fails with not_found when there is no such project, and with conflict
/// when it has anything but its owner with one secret.
Result<FreshProject> prepare_project(const app::AppContext& context, const ProjectName& project);

}  // namespace ptkl::bench

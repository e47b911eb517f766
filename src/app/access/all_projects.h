// Work that the server does for every project in turn.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "app/access/context.h"

namespace ptkl::app {

/// Returns every project, in no particular order. Errors: those of the store.
Result<std::vector<Project>> list_all_projects(Store& store);

/// Calls `body` for every project. A failure is logged as `failure_key`, with the fields `project` and
/// `reason`, and does not stop the others; without `project` when the projects could not be listed.
void for_each_project(const AppContext& context, std::string_view failure_key,
                      const std::function<Result<void>(const Project&)>& body);

}  // namespace ptkl::app

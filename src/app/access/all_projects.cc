#include "app/access/all_projects.h"

#include "app/access/project_transaction.h"

namespace ptkl::app {

Result<std::vector<Project>> list_all_projects(Store& store) {
  return read_snapshot(store,
                       [](Transaction& transaction) { return transaction.projects().list(); });
}

void for_each_project(const AppContext& context, std::string_view failure_key,
                      const std::function<Result<void>(const Project&)>& body) {
  const auto projects = list_all_projects(context.store);
  if (!projects) {
    context.log.error(failure_key, {{"reason", projects.error().message}});
    return;
  }
  for (const Project& project : *projects) {
    if (const auto done = body(project); !done) {
      context.log.error(failure_key,
                        {{"project", project.name.text()}, {"reason", done.error().message}});
    }
  }
}

}  // namespace ptkl::app

#include "storage/sql/role_rows.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

std::vector<Uuid> subtract_ids(const std::set<Uuid>& from, const std::set<Uuid>& other) {
  std::vector<Uuid> rest;
  std::set_difference(from.begin(), from.end(), other.begin(), other.end(),
                      std::back_inserter(rest));
  return rest;
}

}  // namespace

Result<void> replace_role_rows(SqlConnection& connection, const RoleRowStatements& statements,
                               const RoleRowChange& change) {
  const std::string project = change.project.text();
  const std::string holder = change.holder.text();
  const auto held_ids = find_all(connection, statements.list, {project, holder}, read_id);
  if (!held_ids) return failed(held_ids);
  const std::set<Uuid> held(held_ids->begin(), held_ids->end());
  const std::set<Uuid> wanted(change.roles.begin(), change.roles.end());
  for (const Uuid& role : subtract_ids(held, wanted)) {
    auto removed = execute(connection, statements.remove, {project, holder, role.text()});
    if (!removed) return removed;
  }
  for (const Uuid& role : subtract_ids(wanted, held)) {
    auto added =
        change_one(connection, statements.add, {project, holder, role.text()}, statements.missing);
    if (!added) return added;
  }
  return {};
}

}  // namespace ptkl::storage

// The rows that assign roles, which API users and users have in tables of the same form.
#pragma once

#include <span>

#include "base/uuid.h"
#include "storage/sql/database.h"

namespace ptkl::storage {

/// The value of `assigned_at_version` for a new row, joined with `projects` and `roles`.
#define PTKL_ASSIGNED_AT_VERSION \
  " CASE WHEN roles.pending_changes > 0 THEN projects.rights_version END"

/// The statements of one table. Parameters: the project and the holder; then, except for `list`, the role.
struct RoleRowStatements {
  SqlStatement list;  ///< the ids of the roles that are not deleted
  SqlStatement remove;
  SqlStatement add;
  const char* missing;  ///< the message when the holder or a role does not exist
};

struct RoleRowChange {
  const Uuid& project;
  const Uuid& holder;
  std::span<const Uuid> roles;
};

/// Adds and removes rows until the holder has these roles, and does not touch the others.
/// Errors: not_found.
Result<void> replace_role_rows(SqlConnection& connection, const RoleRowStatements& statements,
                               const RoleRowChange& change);

}  // namespace ptkl::storage

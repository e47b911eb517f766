// The pending changes of rights (app/roles/rights_changes.h).
#pragma once

#include <cstdint>
#include <string>

#include "base/timestamp.h"
#include "base/uuid.h"

namespace ptkl {

/// A change that has taken rights from the holders of a role, and whose steps have yet to reach some of them.
struct RightsChange {
  std::int64_t version = 0;  ///< the project's rights version after the change
  Uuid role;
  std::string role_name;      ///< at the time of the change
  bool role_deleted = false;  ///< by this or a later change
  Timestamp started_at;
  std::int64_t holders = 0;    ///< at the time of the change
  std::int64_t remaining = 0;  ///< an estimate, because holders change meanwhile; at least 1
  std::string worker;          ///< the server that carries it out; empty before the first step
};

/// The pending change of a project with the smallest version.
struct NextRightsChange {
  Uuid project;
  RightsChange change;
};

}  // namespace ptkl

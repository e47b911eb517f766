#include "app/roles.h"

#include <utility>

#include "app/project_change.h"

namespace ptkl::app {
namespace {

Result<Role> insert_role(ProjectChange& change, const NewRole& wanted) {
  Role role{.id = change.ports.secret_source.make_uuid(change.now),
            .name = wanted.name,
            .permissions = wanted.permissions,
            .workspaces = wanted.workspaces,
            .level = wanted.level,
            .created_at = change.now,
            .updated_at = change.now};
  if (auto fits = check_fits_token({role}); !fits) return failure(std::move(fits.error()));
  auto done = change.transaction.roles().insert(change.project, role);
  if (done) return role;
  if (done.error().code != ErrorCode::conflict) return failure(std::move(done.error()));
  return failure(ErrorCode::conflict, "there is a role " + role.name.text() + " already");
}

}  // namespace

Result<Page<Role>> list_roles(const Ports& ports, const Actor& actor, const PageRequest& page) {
  if (auto allowed = require(actor, permissions::kRolesRead); !allowed) {
    return failure(std::move(allowed.error()));
  }
  return read_snapshot(ports.store, [&](Transaction& transaction) {
    return transaction.roles().list(actor.project.id, page);
  });
}

Result<Role> get_role(const Ports& ports, const Actor& actor, const Uuid& id) {
  if (auto allowed = require(actor, permissions::kRolesRead); !allowed) {
    return failure(std::move(allowed.error()));
  }
  return read_snapshot(ports.store, [&](Transaction& transaction) -> Result<Role> {
    auto role = transaction.roles().find(actor.project.id, id);
    if (!role) return failure(std::move(role.error()));
    if (!*role) return failure(ErrorCode::not_found, "there is no role " + id.text());
    return std::move(**role);
  });
}

Result<Role> create_role(const Ports& ports, const Actor& actor, const NewRole& wanted) {
  if (auto allowed = require(actor, permissions::kRolesWrite); !allowed) {
    return failure(std::move(allowed.error()));
  }
  return transact_as(ports, actor, permissions::kRolesWrite,
                     [&](ProjectChange& change, const Grants& own) -> Result<Role> {
                       const Grants given{wanted.permissions, wanted.workspaces, wanted.level};
                       if (auto may = check_may_give(own, given); !may) {
                         return failure(std::move(may.error()));
                       }
                       return insert_role(change, wanted);
                     });
}

}  // namespace ptkl::app

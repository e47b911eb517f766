// How roles look in tables.
#pragma once

#include "cli/framework/options.h"
#include "cli/output/output.h"

namespace ptkl::cli::role {

inline constexpr OptionNames kRoleOption = "-u,--uuid <uuid|name>";
inline constexpr std::string_view kRoleHelp = "The role";

inline constexpr Column kListColumns[] = {
    {"UUID", "uuid", CellKind::identifier},
    {"NAME", "name"},
    {"LEVEL", "level"},
    {"PERMISSIONS", "permissions", CellKind::words},
    {"WORKSPACES", "workspaces", CellKind::words},
};

inline constexpr Column kColumns[] = {
    {"uuid", "uuid", CellKind::identifier},
    {"name", "name"},
    {"level", "level"},
    {"permissions", "permissions", CellKind::words},
    {"workspaces", "workspaces", CellKind::words},
    {"created", "created_at", CellKind::time},
    {"updated", "updated_at", CellKind::time},
};

inline constexpr Column kPermissionColumns[] = {
    {"PERMISSION", "permission"},
    {"ROLES", "role_count"},
    {"DESCRIPTION", "description"},
};

inline constexpr Layout kPermissionsLayout = {kPermissionColumns, "permission"};
inline constexpr Layout kListLayout = {kListColumns, "uuid"};
inline constexpr Layout kLayout = {kColumns, "uuid"};

}  // namespace ptkl::cli::role

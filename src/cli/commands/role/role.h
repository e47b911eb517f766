// `ptkl role …`: one struct per command, and their tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/framework/command.h"
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
    {"PENDING", "pending_status_updates"},  // see layout_of()
};

inline constexpr Column kColumns[] = {
    {"uuid", "uuid", CellKind::identifier},
    {"name", "name"},
    {"level", "level"},
    {"permissions", "permissions", CellKind::words},
    {"workspaces", "workspaces", CellKind::words},
    {"created", "created_at", CellKind::time},
    {"updated", "updated_at", CellKind::time},
    {"pending status updates", "pending_status_updates"},  // see layout_of()
};

inline constexpr Column kPermissionColumns[] = {
    {"PERMISSION", "permission"},
    {"ROLES", "role_count"},
    {"DESCRIPTION", "description"},
};

inline constexpr Layout kPermissionsLayout = {kPermissionColumns, "permission"};

struct List final : Command {
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Get final : Command {
  std::string role;  ///< a uuid or a name
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Create final : Command {
  std::string name;
  std::optional<std::vector<std::string>> permissions;
  std::optional<std::vector<std::string>> workspaces;
  std::optional<std::int64_t> level;
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

/// Replaces the given values; at least one option is required.
struct Edit final : Command {
  std::string role;                                     ///< here and below: a uuid or a name
  std::optional<std::vector<std::string>> permissions;  ///< empty: removes every permission
  std::optional<std::vector<std::string>> workspaces;   ///< likewise
  std::optional<std::int64_t> level;
  bool wait = false;
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Delete final : Command {
  std::string role;
  bool dry_run = false;
  bool wait = false;
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

/// The permissions of ptkl's own API, and those of the project's roles.
struct PermissionsList final : Command {
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

}  // namespace ptkl::cli::role

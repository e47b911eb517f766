// `ptkl users …`: one struct per command, and their tables.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/framework/command.h"
#include "cli/framework/options.h"
#include "cli/output/output.h"

namespace ptkl::cli::users {

inline constexpr OptionNames kUserOption = "-u,--uuid <uuid|email>";
inline constexpr std::string_view kUserHelp = "The user or invitation";

inline constexpr Column kListColumns[] = {
    {"UUID", "uuid", CellKind::identifier},
    {"EMAIL", "email"},
    {"STATUS", "status", CellKind::status},
    {"ROLES", "roles", CellKind::names},
    {"LAST LOGIN", "last_sign_in_at", CellKind::time},
};

inline constexpr Column kColumns[] = {
    {"uuid", "uuid", CellKind::identifier},
    {"email", "email"},
    {"status", "status", CellKind::status},
    {"roles", "roles", CellKind::names},
    {"created", "created_at", CellKind::time},
    {"updated", "updated_at", CellKind::time},
    {"invitation expires", "invitation_expires_at", CellKind::time},
    {"last login", "last_sign_in_at", CellKind::time},
    {"from", "last_sign_in_from"},
};

inline constexpr Layout kListLayout = {kListColumns, "uuid"};
inline constexpr Layout kLayout = {kColumns, "uuid"};

struct List final : Command {
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Get final : Command {
  std::string user;  ///< here and below: a uuid or an email
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

/// Invites a user, or renews an open invitation.
struct Invite final : Command {
  std::string email;
  std::optional<std::vector<std::string>> roles;  ///< uuids or names
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

/// Deletes a user, or withdraws an open invitation.
struct Delete final : Command {
  std::string user;
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

}  // namespace ptkl::cli::users

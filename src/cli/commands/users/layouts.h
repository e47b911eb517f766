// How users look in tables.
#pragma once

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

}  // namespace ptkl::cli::users

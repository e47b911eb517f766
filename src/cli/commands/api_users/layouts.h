// How API users and their secrets look in tables.
#pragma once

#include <string_view>

#include "cli/framework/options.h"
#include "cli/output/output.h"

namespace ptkl::cli::api_users {

inline constexpr OptionNames kUserOption = "-u,--uuid <uuid|username>";
inline constexpr std::string_view kUserHelp = "The API user";

inline constexpr Column kListColumns[] = {
    {"UUID", "uuid", CellKind::identifier},       {"USERNAME", "username"},
    {"STATUS", "status", CellKind::status},       {"ROLES", "roles", CellKind::names},
    {"SECRETS", "secrets", CellKind::live_count}, {"LAST USED", "last_used_at", CellKind::time},
};

inline constexpr Column kColumns[] = {
    {"uuid", "uuid", CellKind::identifier},
    {"username", "username"},
    {"description", "description"},
    {"status", "status", CellKind::status},
    {"roles", "roles", CellKind::names},
    {"active secrets", "secrets", CellKind::live_count},
    {"created", "created_at", CellKind::time},
    {"updated", "updated_at", CellKind::time},
    {"last used", "last_used_at", CellKind::time},
};

inline constexpr Column kSecretColumns[] = {
    {"ID", "id"},
    {"ENDS WITH", "hint"},
    {"STATUS", "status", CellKind::status},
    {"LABEL", "label"},
    {"CREATED", "created_at", CellKind::time},
    {"EXPIRES", "expires_at", CellKind::time},
    {"VALID UNTIL", "works_until", CellKind::time},
    {"LAST USED", "last_used_at", CellKind::use},
    {"FROM", "last_used_from"},
    {"STILL USED", "in_use", CellKind::truth},
};

inline constexpr Column kRevokedColumns[] = {
    {"ID", "id"},
    {"ENDS WITH", "hint"},
    {"LABEL", "label"},
    {"LAST USED", "last_used_at", CellKind::use},
    {"FROM", "last_used_from"},
    {"LAST TOKEN EXPIRES", "last_token_expires_at", CellKind::time},
};

inline constexpr Layout kListLayout = {kListColumns, "uuid"};
inline constexpr Layout kLayout = {kColumns, "uuid"};
inline constexpr Layout kSecretsLayout = {kSecretColumns, "id"};
inline constexpr Layout kRevokedLayout = {kRevokedColumns, "id"};

}  // namespace ptkl::cli::api_users

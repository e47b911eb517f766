// `ptkl api-users …`: one struct per command, and their tables.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/framework/command.h"
#include "cli/framework/options.h"
#include "cli/framework/secret_input.h"
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

struct List final : Command {
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Get final : Command {
  std::string user;  ///< here and below: a uuid or a username
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Create final : Command {
  std::string username;
  std::optional<std::string> description;
  std::optional<std::vector<std::string>> roles;  ///< here and below: uuids or names
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Edit final : Command {
  std::string user;
  std::vector<std::string> roles;  ///< empty: removes every role
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Enable final : Command {
  std::string user;
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Disable final : Command {
  std::string user;
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Delete final : Command {
  std::string user;
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Secrets final : Command {
  std::string user;
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct NewSecret final : Command {
  std::string user;
  std::optional<std::chrono::seconds> overlap;
  std::optional<std::chrono::seconds> until_idle;  ///< requires an overlap
  std::optional<std::chrono::seconds> expires;
  std::optional<std::string> label;
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct RevokeSecret final : Command {
  std::string user;
  std::optional<std::string> secret;  ///< a secret id; absent: every active one
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct GetAuthToken final : Command {
  std::optional<std::string> user;
  SecretOption password;
  std::optional<std::vector<std::string>> scope;
  std::optional<std::string> resource;
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

}  // namespace ptkl::cli::api_users

// `ptkl api-users …`: one struct per command.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/framework/command.h"
#include "cli/framework/secret_input.h"
#include "cli/output/output.h"

namespace ptkl::cli::api_users {

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

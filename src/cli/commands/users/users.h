// `ptkl users …`: one struct per command.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/framework/command.h"
#include "cli/output/output.h"

namespace ptkl::cli::users {

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

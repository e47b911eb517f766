// `ptkl keys …`: one struct per command, and their tables.
#pragma once

#include <optional>
#include <string>

#include "cli/framework/command.h"
#include "cli/output/output.h"

namespace ptkl::cli::keys {

inline constexpr Column kListColumns[] = {
    {"KID", "kid", CellKind::identifier},
    {"ALGORITHM", "algorithm"},
    {"STATUS", "status", CellKind::status},
    {"ACTIVE SINCE", "activated_at", CellKind::time},
    {"ACTIVE FROM", "activates_at", CellKind::time},
    {"PUBLISHED UNTIL", "published_until", CellKind::time},
};

inline constexpr Column kColumns[] = {
    {"kid", "kid", CellKind::identifier},
    {"algorithm", "algorithm"},
    {"status", "status", CellKind::status},
    {"created", "created_at", CellKind::time},
    {"active from", "activates_at", CellKind::time},
    {"active since", "activated_at", CellKind::time},
    {"retired", "retired_at", CellKind::time},
    {"published until", "published_until", CellKind::time},
};

inline constexpr Layout kListLayout = {kListColumns, "kid"};
inline constexpr Layout kLayout = {kColumns, "kid"};

struct List final : Command {
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Rotate final : Command {
  std::optional<std::string> algorithm;
  bool now = false;
  bool compromised = false;
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

}  // namespace ptkl::cli::keys

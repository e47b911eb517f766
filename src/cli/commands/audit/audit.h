// `ptkl audit …`: one struct per command, and their tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/framework/command.h"
#include "cli/output/output.h"

namespace ptkl::cli::audit {

inline constexpr Column kListColumns[] = {
    {"NUMBER", "number"}, {"AT", "at", CellKind::time}, {"ACTOR", "actor_name"},
    {"ACTION", "action"}, {"TARGET", "target_name"},    {"OUTCOME", "outcome", CellKind::status},
    {"COUNT", "count"},   {"FROM", "source_address"},
};

inline constexpr Column kReportColumns[] = {
    {"key", "key", CellKind::identifier},
    {"verified events", "verified_events"},
    {"first", "first"},
    {"last", "last"},
    {"attested up to", "attested"},
    {"whole", "whole", CellKind::truth},
};

inline constexpr Column kCheckpointColumns[] = {
    {"number", "number"},
    {"hash", "hash", CellKind::identifier},
    {"first", "first"},
    {"issued", "issued_at", CellKind::time},
    {"jws", "jws", CellKind::identifier},
};

inline constexpr Layout kListLayout = {kListColumns, "id"};
inline constexpr Layout kReportLayout = {kReportColumns, "verified_events"};
inline constexpr Layout kCheckpointLayout = {kCheckpointColumns, "jws"};

struct List final : Command {
  std::optional<std::string> actor;
  std::optional<std::string> action;
  std::optional<std::string> target;
  std::optional<std::string> since;  ///< RFC 3339, or a duration before now
  std::optional<std::string> until;
  std::optional<std::int64_t> limit;
  bool follow = false;
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Verify final : Command {
  std::optional<std::string> file;
  std::optional<std::string> key;   ///< a file with the pinned JWK
  std::optional<std::string> head;  ///< a file with a stored checkpoint
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Export final : Command {
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Head final : Command {
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

}  // namespace ptkl::cli::audit

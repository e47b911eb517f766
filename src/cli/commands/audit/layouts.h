// How the audit log looks in tables.
#pragma once

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

inline constexpr Column kHeadColumns[] = {
    {"number", "number"},
    {"hash", "hash", CellKind::identifier},
    {"first", "first"},
    {"issued", "issued_at", CellKind::time},
    {"jws", "jws", CellKind::identifier},
};

inline constexpr Layout kListLayout = {kListColumns, "id"};
inline constexpr Layout kReportLayout = {kReportColumns, "verified_events"};
inline constexpr Layout kHeadLayout = {kHeadColumns, "jws"};

}  // namespace ptkl::cli::audit

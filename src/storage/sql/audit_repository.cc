#include <algorithm>
#include <limits>

#include "storage/sql/repositories.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

#define PTKL_AUDIT_COLUMNS                                                                    \
  "number, id, at, actor_kind, actor_id, actor_name, actor_credential, action, target_type,"  \
  " target_id, target_name, source_address, request_id, outcome, reason, count, before_json," \
  " after_json, previous_hash, hash"
#define PTKL_AUDIT_CHECKPOINT_COLUMNS \
  "issuer, first, first_previous_hash, number, hash, issued_at, jws"

constexpr SqlStatement kAppend{
    "INSERT INTO audit_events (project_id, " PTKL_AUDIT_COLUMNS
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,"
    " $19, $20, $21) ON CONFLICT DO NOTHING"};
constexpr SqlStatement kFindEnd{
    "SELECT number, hash, at FROM audit_events WHERE project_id = $1 AND number > 0"
    " ORDER BY number DESC LIMIT 1"};
constexpr SqlStatement kFindAuditEvent{"SELECT " PTKL_AUDIT_COLUMNS
                                       " FROM audit_events WHERE project_id = $1 AND number = $2"};
constexpr SqlStatement kFindFirst{"SELECT " PTKL_AUDIT_COLUMNS
                                  " FROM audit_events WHERE project_id = $1 AND number > 0"
                                  " ORDER BY number LIMIT 1"};
constexpr SqlStatement kFirstSince{
    "SELECT number FROM audit_events WHERE project_id = $1 AND at >= $2"
    " ORDER BY at, number LIMIT 1"};
constexpr SqlStatement kLastUntil{
    "SELECT number FROM audit_events WHERE project_id = $1 AND at <= $2"
    " ORDER BY at DESC, number DESC LIMIT 1"};
constexpr SqlStatement kEraseEvents{
    "DELETE FROM audit_events WHERE project_id = $1 AND number <= $2"};
constexpr SqlStatement kEraseCheckpoints{
    "DELETE FROM audit_heads WHERE project_id = $1 AND number < $2"};
constexpr SqlStatement kInsertCheckpoint{
    "INSERT INTO audit_heads (project_id, " PTKL_AUDIT_CHECKPOINT_COLUMNS
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"};
constexpr SqlStatement kFindLatestCheckpoint{
    "SELECT " PTKL_AUDIT_CHECKPOINT_COLUMNS
    " FROM audit_heads WHERE project_id = $1 AND number > 0 ORDER BY number DESC LIMIT 1"};
constexpr SqlStatement kListCheckpoints{"SELECT " PTKL_AUDIT_CHECKPOINT_COLUMNS
                                        " FROM audit_heads WHERE project_id = $1 AND number > $2"
                                        " ORDER BY number LIMIT $3"};

/// The statements of one filter, in both orders. `$2` and `$3` enclose the numbers, `$4` is the limit,
/// and `$5` what is filtered by. The index has only what is not empty, so the condition has to say so.
struct Listing {
  SqlStatement oldest_first;
  SqlStatement newest_first;
};
#define PTKL_AUDIT_LISTING(condition)                                                      \
  {                                                                                        \
    {"SELECT " PTKL_AUDIT_COLUMNS                                                          \
     " FROM audit_events WHERE project_id = $1 AND number > $2 AND number < $3" condition  \
     " ORDER BY number LIMIT $4"},                                                         \
    {                                                                                      \
      "SELECT " PTKL_AUDIT_COLUMNS                                                         \
      " FROM audit_events WHERE project_id = $1 AND number > $2 AND number < $3" condition \
      " ORDER BY number DESC LIMIT $4"                                                     \
    }                                                                                      \
  }
constexpr Listing kAll = PTKL_AUDIT_LISTING("");
constexpr Listing kByAction = PTKL_AUDIT_LISTING(" AND action = $5");
constexpr Listing kByActorId = PTKL_AUDIT_LISTING(" AND actor_id = $5 AND actor_id <> ''");
constexpr Listing kByActorName = PTKL_AUDIT_LISTING(" AND actor_name = $5 AND actor_name <> ''");
constexpr Listing kByTargetId = PTKL_AUDIT_LISTING(" AND target_id = $5 AND target_id <> ''");
constexpr Listing kByTargetName = PTKL_AUDIT_LISTING(" AND target_name = $5 AND target_name <> ''");

/// Also reads a row that was tampered with, so that it can be shown: an unreadable value is no reason to hide
/// the other events. Without its id the event no longer matches its hash.
Result<AuditEvent> read_event(ColumnReader& columns) {
  AuditEvent event;
  event.number = columns.integer();
  const auto id = Uuid::parse(columns.text());
  event.at = columns.time();
  const auto kind = parse_audit_actor_kind(columns.text());
  event.actor.id = columns.text();
  event.actor.name = columns.text();
  event.actor.credential = columns.text();
  event.action = columns.text();
  event.target = {columns.text(), columns.text(), columns.text()};
  event.source_address = columns.text();
  event.request_id = columns.text();
  const auto outcome = parse_audit_outcome(columns.text());
  event.reason = columns.text();
  event.count = columns.integer();
  event.before = columns.text();
  event.after = columns.text();
  event.previous_hash = columns.text();
  event.hash = columns.text();
  if (!columns.ok()) return columns.failure();
  if (!id || !kind || !outcome) return event;
  event.id = *id;
  event.actor.kind = *kind;
  event.outcome = *outcome;
  return event;
}

Result<AuditChainEnd> read_end(ColumnReader& columns) {
  return AuditChainEnd{columns.integer(), columns.text(), columns.time()};
}

Result<SignedAuditCheckpoint> read_checkpoint(ColumnReader& columns) {
  SignedAuditCheckpoint found;
  found.payload.issuer = columns.text();
  found.payload.first = columns.integer();
  found.payload.first_previous_hash = columns.text();
  found.payload.number = columns.integer();
  found.payload.hash = columns.text();
  found.payload.issued_at = columns.integer();
  found.jws = columns.text();
  return found;
}

struct Filter {
  const Listing& listing;
  std::string_view value;
};

bool is_uuid(std::string_view text) { return Uuid::parse(text).has_value(); }

/// The filter that presumably leaves the fewest events.
Filter choose_filter(const AuditQuery& query) {
  if (!query.target.empty()) {
    return {is_uuid(query.target) ? kByTargetId : kByTargetName, query.target};
  }
  if (!query.actor.empty()) {
    return {is_uuid(query.actor) ? kByActorId : kByActorName, query.actor};
  }
  if (!query.action.empty()) return {kByAction, query.action};
  return {kAll, ""};
}

bool is_named(std::string_view filter, std::string_view id, std::string_view name) {
  return filter.empty() || filter == (is_uuid(filter) ? id : name);
}

bool fits(const AuditEvent& event, const AuditQuery& query) {
  return is_named(query.target, event.target.id, event.target.name) &&
         is_named(query.actor, event.actor.id, event.actor.name) &&
         (query.action.empty() || query.action == event.action);
}

bool has_several_filters(const AuditQuery& query) {
  return int{!query.target.empty()} + int{!query.actor.empty()} + int{!query.action.empty()} > 1;
}

/// The numbers between these two, exclusive.
struct NumberRange {
  std::int64_t above = 0;
  std::int64_t below = std::numeric_limits<std::int64_t>::max();
};

NumberRange range_of_page(const AuditQuery& query) {
  NumberRange range;
  if (!query.after) return range;
  if (query.order == AuditOrder::oldest_first) {
    range.above = std::max(range.above, *query.after);
  } else {
    range.below = *query.after;
  }
  return range;
}

/// Cuts `rows`, which were read up to `scanned`, to the page.
AuditPage make_page(std::vector<AuditEvent> rows, const AuditQuery& query, std::int64_t scanned) {
  const bool was_cut = static_cast<std::int64_t>(rows.size()) == scanned;
  AuditPage page;
  std::int64_t seen = 0;
  for (AuditEvent& event : rows) {
    if (page.items.size() == query.limit && fits(event, query)) {
      page.next = page.items.back().number;
      return page;
    }
    seen = event.number;
    if (fits(event, query)) page.items.push_back(std::move(event));
  }
  if (was_cut) page.next = seen;
  return page;
}

}  // namespace

Result<void> SqlAuditRepository::append(const Uuid& project, const AuditEvent& event) {
  return insert_one(connection_, kAppend,
                    {project.text(),
                     event.number,
                     event.id.text(),
                     to_unix_millis(event.at),
                     to_text(event.actor.kind),
                     event.actor.id,
                     event.actor.name,
                     event.actor.credential,
                     event.action,
                     event.target.type,
                     event.target.id,
                     event.target.name,
                     event.source_address,
                     event.request_id,
                     to_text(event.outcome),
                     event.reason,
                     event.count,
                     event.before,
                     event.after,
                     event.previous_hash,
                     event.hash},
                    "the audit log has an event with that number");
}

Result<AuditChainEnd> SqlAuditRepository::find_end(const Uuid& project) {
  auto end = find_one(connection_, kFindEnd, {project.text()}, read_end);
  if (!end) return failed(end);
  return std::move(*end).value_or(AuditChainEnd());
}

Result<std::optional<AuditEvent>> SqlAuditRepository::find(const Uuid& project,
                                                           std::int64_t number) {
  return find_one(connection_, kFindAuditEvent, {project.text(), number}, read_event);
}

Result<std::optional<AuditEvent>> SqlAuditRepository::find_first(const Uuid& project) {
  return find_one(connection_, kFindFirst, {project.text()}, read_event);
}

Result<AuditPage> SqlAuditRepository::list(const Uuid& project, const AuditQuery& query) {
  const std::string project_id = project.text();
  NumberRange range = range_of_page(query);
  // No event is earlier than its predecessor, so a time corresponds to a number.
  if (query.since) {
    const auto first =
        find_integer(connection_, kFirstSince, {project_id, to_unix_millis(*query.since)});
    if (!first) return failed(first);
    if (*first == 0) return AuditPage();
    range.above = std::max(range.above, *first - 1);
  }
  if (query.until) {
    const auto last =
        find_integer(connection_, kLastUntil, {project_id, to_unix_millis(*query.until)});
    if (!last) return failed(last);
    range.below = std::min(range.below, *last + 1);
  }
  const std::int64_t limit =
      has_several_filters(query) ? kMaxAuditScan : static_cast<std::int64_t>(query.limit) + 1;
  const Filter filter = choose_filter(query);
  const SqlStatement statement = query.order == AuditOrder::oldest_first
                                     ? filter.listing.oldest_first
                                     : filter.listing.newest_first;
  auto rows =
      filter.value.empty()
          ? find_all(connection_, statement, {project_id, range.above, range.below, limit},
                     read_event)
          : find_all(connection_, statement,
                     {project_id, range.above, range.below, limit, filter.value}, read_event);
  if (!rows) return failed(rows);
  return make_page(std::move(*rows), query, limit);
}

Result<void> SqlAuditRepository::erase_through(const Uuid& project, std::int64_t number) {
  const std::string project_id = project.text();
  if (auto done = execute(connection_, kEraseEvents, {project_id, number}); !done) return done;
  return execute(connection_, kEraseCheckpoints, {project_id, number});
}

Result<void> SqlAuditRepository::insert_checkpoint(const Uuid& project,
                                                   const SignedAuditCheckpoint& checkpoint) {
  const AuditCheckpoint& payload = checkpoint.payload;
  return execute(connection_, kInsertCheckpoint,
                 {project.text(), payload.issuer, payload.first, payload.first_previous_hash,
                  payload.number, payload.hash, payload.issued_at, checkpoint.jws});
}

Result<std::optional<SignedAuditCheckpoint>> SqlAuditRepository::find_latest_checkpoint(
    const Uuid& project) {
  return find_one(connection_, kFindLatestCheckpoint, {project.text()}, read_checkpoint);
}

Result<std::vector<SignedAuditCheckpoint>> SqlAuditRepository::list_checkpoints(const Uuid& project,
                                                                                std::int64_t after,
                                                                                std::size_t limit) {
  return find_all(connection_, kListCheckpoints,
                  {project.text(), after, static_cast<std::int64_t>(limit)}, read_checkpoint);
}

}  // namespace ptkl::storage

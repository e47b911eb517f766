#include "storage/sql/repositories.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kClaim{
    "INSERT INTO status_slots (project_id, slot, invalid) VALUES ($1, $2, 0)"
    " ON CONFLICT DO NOTHING"};
constexpr SqlStatement kCountClaim{
    "UPDATE projects SET claimed_slots = claimed_slots + 1 WHERE id = $1"};
// Only if the slot's base is allocated.
constexpr SqlStatement kCountInvalidation{
    "UPDATE projects SET invalidated_slots = invalidated_slots + 1 WHERE id = $1 AND EXISTS"
    " (SELECT 1 FROM status_slots WHERE project_id = $1 AND slot = $2 % " PTKL_SLOTS_PER_GENERATION
    ")"
    " AND NOT EXISTS"
    " (SELECT 1 FROM status_slots WHERE project_id = $1 AND slot = $2 AND invalid <> 0)"};
// A slot of a later generation has no row until it is invalid.
constexpr SqlStatement kInvalidate{
    "INSERT INTO status_slots (project_id, slot, invalid)"
    " SELECT id, CAST($2 AS BIGINT), invalidated_slots FROM projects WHERE id = $1"
    " ON CONFLICT (project_id, slot) DO UPDATE SET invalid = excluded.invalid"};
constexpr SqlStatement kIsClaimed{
    "SELECT COUNT(*) FROM status_slots WHERE project_id = $1 AND slot = $2 "
    "% " PTKL_SLOTS_PER_GENERATION};
constexpr SqlStatement kCount{"SELECT claimed_slots FROM projects WHERE id = $1"};
constexpr SqlStatement kLatestGeneration{"SELECT slot_generations FROM projects WHERE id = $1"};
constexpr SqlStatement kLatest{"SELECT invalidated_slots FROM projects WHERE id = $1"};

// `invalid <> 0` selects the partial index. The list is selected by a quotient, which no index contains, so that
// no planner reads all slots of the list instead of the new ones.
constexpr SqlStatement kListInvalidated{
    "SELECT slot FROM status_slots WHERE project_id = $1 AND invalid <> 0 AND invalid > $2"
    " AND slot / $3 = $4 ORDER BY invalid, slot"};

Result<StatusSlot> read_slot(ColumnReader& columns) { return StatusSlot{columns.integer()}; }

}  // namespace

Result<bool> SqlStatusSlotRepository::allocate(const Uuid& project, StatusSlot slot) {
  const std::string project_id = project.text();
  auto claimed = change(connection_, kClaim, {project_id, slot.number});
  if (!claimed) return failed(claimed);
  if (*claimed == 0) return false;
  auto counted = change_one(connection_, kCountClaim, {project_id}, "no such project");
  if (!counted) return failed(counted);
  return true;
}

Result<void> SqlStatusSlotRepository::invalidate(const Uuid& project, StatusSlot slot) {
  const std::string project_id = project.text();
  // The number comes first, from a row that every invalidation of the project locks: so the numbers have
  // the order of the commits, and a reader that sees one of them sees all lower ones.
  const auto counted = change(connection_, kCountInvalidation, {project_id, slot.number});
  if (!counted) return failed(counted);
  if (*counted > 0) {
    return change_one(connection_, kInvalidate, {project_id, slot.number}, "no such status slot");
  }
  const auto claimed = find_integer(connection_, kIsClaimed, {project_id, slot.number});
  if (!claimed) return failed(claimed);
  if (*claimed == 0) return failure(ErrorCode::not_found, "no such status slot");
  return {};
}

Result<std::int64_t> SqlStatusSlotRepository::count(const Uuid& project) {
  return find_integer(connection_, kCount, {project.text()});
}

Result<std::int64_t> SqlStatusSlotRepository::latest_generation(const Uuid& project) {
  return find_integer(connection_, kLatestGeneration, {project.text()});
}

Result<std::int64_t> SqlStatusSlotRepository::latest_invalidation(const Uuid& project) {
  return find_integer(connection_, kLatest, {project.text()});
}

Result<std::vector<StatusSlot>> SqlStatusSlotRepository::list_invalidated(const Uuid& project,
                                                                          std::int64_t list,
                                                                          std::int64_t after) {
  return find_all(connection_, kListInvalidated,
                  {project.text(), after, StatusSlot::kSlotsPerList, list}, read_slot);
}

}  // namespace ptkl::storage

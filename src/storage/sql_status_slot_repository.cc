#include "storage/sql_repositories.h"
#include "storage/sql_rows.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kClaim{
    "INSERT INTO status_slots (project_id, slot, invalid) VALUES ($1, $2, 0)"
    " ON CONFLICT DO NOTHING"};
constexpr SqlStatement kCountClaim{
    "UPDATE projects SET claimed_slots = claimed_slots + 1 WHERE id = $1"};
constexpr SqlStatement kInvalidate{
    "UPDATE status_slots SET invalid = 1 WHERE project_id = $1 AND slot = $2"};
constexpr SqlStatement kCount{"SELECT claimed_slots FROM projects WHERE id = $1"};

}  // namespace

Result<bool> SqlStatusSlotRepository::claim(const Uuid& project, StatusSlot slot) {
  const std::string project_id = project.text();
  auto claimed = change(connection_, kClaim, {project_id, slot.number});
  if (!claimed) return failure(std::move(claimed.error()));
  if (*claimed == 0) return false;
  auto counted = change_one(connection_, kCountClaim, {project_id}, "no such project");
  if (!counted) return failure(std::move(counted.error()));
  return true;
}

Result<void> SqlStatusSlotRepository::invalidate(const Uuid& project, StatusSlot slot) {
  return change_one(connection_, kInvalidate, {project.text(), slot.number}, "no such status slot");
}

Result<std::int64_t> SqlStatusSlotRepository::count(const Uuid& project) {
  return find_integer(connection_, kCount, {project.text()});
}

}  // namespace ptkl::storage

#include "app/tokens/status_lists.h"

#include <limits>
#include <optional>
#include <string>

#include "app/access/project_transaction.h"
#include "base/integer.h"

namespace ptkl::app {
namespace {

tl::unexpected<Error> no_such_list() {
  return failure(ErrorCode::not_found, "there is no such status list");
}

/// Accepts only the canonical text of a number, without sign and leading zeros, so that a list has one URI.
std::optional<std::int64_t> parse_list_number(std::string_view text) {
  constexpr std::int64_t kMost =
      std::numeric_limits<std::int64_t>::max() / StatusSlot::kSlotsPerList;
  const auto number = parse_integer<std::int64_t>(text);
  const bool in_range = number && *number >= 0 && *number < kMost;
  return in_range && std::to_string(*number) == text ? number : std::nullopt;
}

/// How many slots a project has, and how many generations of them.
struct SlotRange {
  std::int64_t allocated = 0;
  std::int64_t latest_generation = 0;
};

/// The first list of generation 0 always exists; a further one exists once a slot of it is allocated. A later
/// generation has as many lists.
bool has_list(const SlotRange& range, std::int64_t list) {
  if (list / StatusSlot::kListsPerGeneration > range.latest_generation) return false;
  const std::int64_t base = list % StatusSlot::kListsPerGeneration;
  return base == 0 || base <= (range.allocated - 1) / StatusSlot::kAllocatedPerList;
}

Result<SlotRange> read_slot_range(Transaction& transaction, const Uuid& project) {
  const auto allocated = transaction.status_slots().count(project);
  if (!allocated) return failed(allocated);
  const auto generation = transaction.status_slots().latest_generation(project);
  if (!generation) return failed(generation);
  return SlotRange{*allocated, *generation};
}

Result<StatusListState> read_state(Transaction& transaction, const ProjectName& name,
                                   std::int64_t list) {
  auto project = transaction.projects().find(name);
  if (!project) return failed(project);
  if (!*project) return no_such_list();
  const auto range = read_slot_range(transaction, (*project)->id);
  if (!range) return failed(range);
  if (!has_list(*range, list)) return no_such_list();
  return read_status_list_state(transaction, std::move(**project));
}

}  // namespace

Result<SignedStatusList> StatusLists::find(std::string_view project, std::string_view number) {
  const auto name = ProjectName::parse(project);
  const auto list = parse_list_number(number);
  if (!name || !list) return no_such_list();
  // Read again for each call, before the publication is used: the state of the list then includes everything
  // that was committed before this call.
  const auto state = read_snapshot(context_.store, [&](Transaction& transaction) {
    return read_state(transaction, *name, *list);
  });
  if (!state) return failed(state);
  const Name key(state->project.id, *list);
  const auto publication = publication_of(key);
  auto published = publication->update(context_, *state);
  account_for(key, *publication);
  return published;
}

std::shared_ptr<StatusListPublication> StatusLists::publication_of(const Name& name) {
  const MutexLock lock(mutex_);
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->publication;
  }
  entries_.push_front(
      {name, std::make_shared<StatusListPublication>(name.second, make_encoder_, options_.ttl)});
  by_name_.emplace(name, entries_.begin());
  return entries_.front().publication;
}

void StatusLists::account_for(const Name& name, const StatusListPublication& publication) {
  const std::size_t memory = sizeof(Entry) + publication.memory_bytes();
  const MutexLock lock(mutex_);
  const auto found = by_name_.find(name);
  const bool was_dropped =
      found == by_name_.end() || found->second->publication.get() != &publication;
  if (was_dropped) return;
  memory_ -= found->second->memory;
  memory_ += memory;
  found->second->memory = memory;
  // The list that was just used stays, whatever its size.
  while (memory_ > options_.max_memory && entries_.size() > 1) drop_least_recently_used();
}

void StatusLists::drop_least_recently_used() {
  memory_ -= entries_.back().memory;
  by_name_.erase(entries_.back().name);
  entries_.pop_back();
}

}  // namespace ptkl::app

#include "app/status_lists.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>

#include "app/project_change.h"

namespace ptkl::app {
namespace {

tl::unexpected<Error> no_such_list() {
  return failure(ErrorCode::not_found, "there is no such status list");
}

/// One number has one text, so that a list has one URI: no sign, no zeros in front.
std::optional<std::int64_t> parse_list_number(std::string_view text) {
  constexpr std::int64_t kMost =
      std::numeric_limits<std::int64_t>::max() / StatusSlot::kSlotsPerList;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || number < 0 || number >= kMost || std::to_string(number) != text) {
    return std::nullopt;
  }
  return number;
}

/// The first list is there always; a further one as soon as slots of it were claimed.
bool has_list(std::int64_t claimed_slots, std::int64_t list) {
  return list == 0 || list <= (claimed_slots - 1) / StatusSlot::kClaimsPerList;
}

Result<StatusListState> read_state(Transaction& transaction, const ProjectName& name,
                                   std::int64_t list) {
  auto project = transaction.projects().find(name);
  if (!project) return failure(std::move(project.error()));
  if (!*project) return no_such_list();
  const auto claimed = transaction.status_slots().count((*project)->id);
  if (!claimed) return failure(claimed.error());
  if (!has_list(*claimed, list)) return no_such_list();
  return read_status_list_state(transaction, std::move(**project));
}

}  // namespace

Result<SignedStatusList> StatusLists::find(std::string_view project, std::string_view number) {
  const auto name = ProjectName::parse(project);
  const auto list = parse_list_number(number);
  if (!name || !list) return no_such_list();
  // Read anew for each call, before the publication is looked at: what it has then seen, it has seen
  // for this call too.
  const auto state = read_snapshot(ports_.store, [&](Transaction& transaction) {
    return read_state(transaction, *name, *list);
  });
  if (!state) return failure(state.error());
  return publication_of(state->project.id, *list)->bring_up_to_date(ports_, *state);
}

std::shared_ptr<StatusListPublication> StatusLists::publication_of(const Uuid& project,
                                                                   std::int64_t list) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[Name(project, list)];
  if (!entry.publication) {
    entry.publication = std::make_shared<StatusListPublication>(list, make_bits_, options_.ttl);
  }
  entry.last_use = ++uses_;
  auto publication = entry.publication;
  if (entries_.size() > options_.max_in_memory) drop_least_recently_used();
  return publication;
}

void StatusLists::drop_least_recently_used() {
  const auto oldest = std::min_element(
      entries_.begin(), entries_.end(),
      [](const auto& a, const auto& b) { return a.second.last_use < b.second.last_use; });
  entries_.erase(oldest);
}

}  // namespace ptkl::app

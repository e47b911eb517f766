#include "cli/commands/role/status_updates.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "process/interrupt.h"
#include "wire/json.h"

namespace ptkl::cli::role {
namespace json = boost::json;
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kPendingKey = "pending_status_updates";

constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{1000};
/// How often a pause looks for an interruption.
constexpr milliseconds kPauseStep{100};

/// Longer than a restart of the server or the failover of its database.
constexpr milliseconds kGiveUpAfter{60'000};

/// The server needs up to 10 s for this many holders; then services fetch the list again after its `ttl`, 5 s by
/// default.
constexpr std::int64_t kHoldersInTenSeconds = 200'000;
constexpr std::int64_t kUsualTtl = 5;

enum class WaitEnd { all_updated, interrupted };

std::int64_t pending_in(const json::value& value) {
  return std::max<std::int64_t>(wire::find_integer(value, kPendingKey).value_or(0), 0);
}

/// Of all changes of that role.
Outcome<std::int64_t> count_pending(RemoteApi& api, const Uuid& role) {
  const auto changes = api.list_pending_status_updates();
  if (!changes) return failed(changes);
  std::int64_t pending = 0;
  for (const json::value& change : *changes) {
    const json::object* const object = change.if_object();
    const json::object* const of = object != nullptr ? wire::find_object(*object, "role") : nullptr;
    if (of != nullptr && wire::find_text(*of, "uuid") == role.text()) pending += pending_in(change);
  }
  return pending;
}

/// False when it was interrupted.
bool pause_for(const Context& context, milliseconds duration) {
  for (milliseconds left = duration; left.count() > 0; left -= kPauseStep) {
    if (process::has_held_signal()) return false;
    context.system.sleep(std::min(left, kPauseStep));
  }
  return !process::has_held_signal();
}

/// Whether the same request may succeed later.
bool is_temporary(ErrorCode code) {
  switch (code) {
    case ErrorCode::unavailable:
    case ErrorCode::outcome_unknown:
    case ErrorCode::rate_limited:
      return true;
    case ErrorCode::invalid_argument:
    case ErrorCode::unauthenticated:
    case ErrorCode::permission_denied:
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::precondition_failed:
    case ErrorCode::internal:
      return false;
  }
  return false;
}

/// Keeps `pending` current. Requires: signals are held.
Outcome<WaitEnd> wait_for_updates(const Context& context, RemoteApi& api,
                                  const AppliedChange& change, std::int64_t& pending) {
  using Clock = std::chrono::steady_clock;
  auto bar = context.progress_bar("holders");
  std::int64_t total = pending;
  milliseconds pause = kFirstPause;
  milliseconds unreachable_for{0};
  while (pending > 0) {
    if (!change.quiet) bar.show({total - pending, total});
    if (!pause_for(context, pause)) return WaitEnd::interrupted;
    const auto start = Clock::now();
    auto counted = count_pending(api, change.role);
    if (process::has_held_signal()) return WaitEnd::interrupted;
    if (counted) {
      pending = *counted;
      total = std::max(total, pending);  // another change of the role may have begun
      unreachable_for = {};
    } else {
      const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
      unreachable_for += pause + took;
      const bool is_final = !is_temporary(counted.error().error.code);
      if (is_final || unreachable_for >= kGiveUpAfter) return failed(counted);
    }
    pause = std::min(pause * 2, kLongestPause);
  }
  return WaitEnd::all_updated;
}

void print_pending_note(const Context& context, const AppliedChange& change, std::int64_t pending) {
  const std::int64_t seconds =
      kUsualTtl + 10 * ((pending + kHoldersInTenSeconds - 1) / kHoldersInTenSeconds);
  context.note(
      fmt::format(
          "the API and introspection apply the change; the status lists do not show it for {} "
          "holder{} yet, but usually will within {} s",
          pending, pending == 1 ? "" : "s", seconds),
      fmt::format("check with {}, or {}", change.check, change.how_to_wait));
}

std::string hint_after_wait(const AppliedChange& change) {
  return fmt::format("the server continues to update the status lists; check with {}",
                     change.check);
}

Failure after_wait(const AppliedChange& change, Failure failed) {
  failed.error.message.insert(0,
                              "the change is applied, but waiting for the status lists failed: ");
  failed.hint = hint_after_wait(change);
  return failed;
}

Outcome<void> wait_and_show(const Context& context, Session& session, const AppliedChange& change,
                            json::object& result, std::span<const Column> columns) {
  // So that the result of the change is printed, whatever ends the wait.
  const process::HoldSignals until_shown;
  std::int64_t pending = pending_in(result);
  auto waited = wait_for_updates(context, session.api, change, pending);
  result[kPendingKey] = pending;
  auto shown = session.output.show(result, layout_of(result, columns));
  if (!waited) {
    Failure failed = after_wait(change, std::move(waited.error()));
    if (shown) return failure(std::move(failed));
    context.note(failed.error.message, failed.hint);
  } else if (*waited == WaitEnd::interrupted) {
    if (!shown && !shown.error().error.message.empty()) context.note(shown.error().error.message);
    context.note("interrupted; the change is applied", hint_after_wait(change));
    // The signal ends the process before this is reported.
    return failure(ErrorCode::internal, "", "");
  }
  if (!shown) return shown;
  if (!change.quiet) context.note("the status lists show the change for all holders");
  return {};
}

}  // namespace

Outcome<void> show_change(const Context& context, Session& session, const AppliedChange& change,
                          json::object result, std::span<const Column> columns) {
  // A server without this member updates the status lists before its response.
  const std::int64_t pending = pending_in(result);
  if (pending > 0 && change.wait) return wait_and_show(context, session, change, result, columns);
  if (pending > 0) print_pending_note(context, change, pending);
  return session.output.show(result, layout_of(result, columns));
}

Layout layout_of(const json::object& role, std::span<const Column> columns) {
  return layout_of(json::array{role}, columns);
}

Layout layout_of(const json::array& roles, std::span<const Column> columns) {
  const bool any = std::any_of(roles.begin(), roles.end(),
                               [](const json::value& role) { return pending_in(role) > 0; });
  return {any ? columns : columns.first(columns.size() - 1), "uuid"};
}

}  // namespace ptkl::cli::role

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "cli/client/session.h"
#include "cli/commands/audit/audit.h"
#include "core/page.h"
#include "process/duration.h"
#include "process/terminal_text.h"
#include "wire/json.h"

namespace ptkl::cli::audit {
namespace json = boost::json;
namespace {

constexpr std::int64_t kDefaultLimit = 100;
constexpr std::chrono::seconds kPollInterval{2};

/// A time, or a duration before now such as `24h`.
Outcome<std::optional<Timestamp>> to_time(std::string_view option,
                                          const std::optional<std::string>& text,
                                          const Context& context) {
  if (!text) return std::nullopt;
  if (const auto ago = process::parse_duration(*text)) return context.system.clock.now() - *ago;
  if (const auto time = parse_rfc3339(*text)) return *time;
  return option_failure(
      option, {ErrorCode::invalid_argument,
               "expected a time such as 2026-11-24T21:00:00Z, or a duration such as 24h"});
}

Outcome<AuditQuery> to_query(const List& command, const Context& context) {
  const auto since = to_time("--since", command.since, context);
  if (!since) return failed(since);
  const auto until = to_time("--until", command.until, context);
  if (!until) return failed(until);
  AuditQuery query;
  query.actor = command.actor.value_or("");
  query.action = command.action.value_or("");
  query.target = command.target.value_or("");
  query.since = *since;
  query.until = *until;
  return query;
}

Outcome<AuditEventsPage> get_page(RemoteApi& api, const AuditQuery& query) {
  auto page = api.audit_events_page(query);
  if (!page) return failed(page);
  if (*page) return std::move(**page);
  return failure(ErrorCode::internal, "the server's response is not JSON",
                 "an event may have been changed: run `ptkl audit verify`");
}

/// The name of an actor or target; if it has none, its id, kind or type.
std::string name_in(const json::object& event, std::string_view key) {
  const json::object* const part = wire::find_object(event, key);
  if (part == nullptr) return {};
  for (const auto* const name : {"name", "id", "kind", "type"}) {
    if (const auto text = wire::find_text(*part, name)) return std::string(*text);
  }
  return {};
}

/// The events with the names of actor and target as members of their own, for a table.
json::array flattened(json::array events) {
  for (json::value& event : events) {
    if (!event.is_object()) continue;
    json::object& object = event.get_object();
    object["actor_name"] = name_in(object, "actor");
    object["target_name"] = name_in(object, "target");
  }
  return events;
}

std::string line_of(const json::object& event, Format format) {
  if (format == Format::json) return process::printable(json::serialize(event)) + '\n';
  const auto text = [&](std::string_view key) {
    const json::value* const value = event.if_contains(key);
    if (value == nullptr || value->is_null()) return std::string("-");
    return value->is_string() ? process::printable(value->get_string())
                              : process::printable(json::serialize(*value));
  };
  return fmt::format("{}  {}  {}  {}  {}  {}\n", text("number"), text("at"),
                     process::printable(name_in(event, "actor")), text("action"),
                     process::printable(name_in(event, "target")), text("outcome"));
}

/// Writes the events of the page. Returns the number of the last one. Errors: internal when an event
/// does not come after `last`, since it would be shown repeatedly.
Outcome<std::int64_t> write_page(const Context& context, const AuditEventsPage& page,
                                 std::int64_t last, Format format) {
  std::string lines;
  for (const json::value& event : page.items) {
    const auto* object = event.if_object();
    const auto number = object != nullptr ? wire::find_integer(*object, "number") : std::nullopt;
    if (!number || *number <= last) {
      return failure(ErrorCode::internal, "the server's list of events does not advance",
                     "run `ptkl audit verify` to check the log");
    }
    last = *number;
    lines += line_of(*object, format);
  }
  if (lines.empty()) return last;
  auto written = context.system.terminal.write(Stream::output, lines);
  if (!written) return failed(written);
  return last;
}

Outcome<std::int64_t> find_last_number(RemoteApi& api) {
  AuditQuery query;
  query.limit = 1;
  const auto newest = get_page(api, query);
  if (!newest) return failed(newest);
  if (newest->items.empty()) return 0;
  const auto* event = newest->items.front().if_object();
  if (const auto number = event != nullptr ? wire::find_integer(*event, "number") : std::nullopt) {
    return *number;
  }
  return failure(ErrorCode::internal, "the server's response is not a list of events", "");
}

/// Prints new events until the command is interrupted.
Outcome<void> follow(const Context& context, RemoteApi& api, AuditQuery query, Format format) {
  auto last = find_last_number(api);
  if (!last) return failed(last);
  query.order = AuditOrder::oldest_first;
  query.limit = kMaxPageSize;
  query.after = *last;
  while (true) {
    const auto page = get_page(api, query);
    if (!page) return failed(page);
    last = write_page(context, *page, *query.after, format);
    if (!last) return failed(last);
    // With filters, a page without events may not be the last one.
    query.after = page->next.value_or(*last);
    if (!page->next) context.system.sleep(kPollInterval);
  }
}

}  // namespace

void List::declare(Options& options) {
  options.help(
      R"(List events of the audit log, newest first.

Requires the permission audit.read. Without --limit, the newest 100 events are shown. --actor and
--target take a name or a uuid, also of something that was deleted. --follow prints new events, oldest
first, until it is interrupted.)",
      R"(# List what an API user did in the last day
ptkl audit list --since 24h --actor ci-bot

# List the changes of a role as JSON
ptkl audit list --action role.edited --target deployer --format json

# Print new events as they are written
ptkl audit list --follow)");
  options.word("-a,--actor <name|uuid>", actor, "Only events of this API user or user");
  options.word("--action <action>", action, "Only events with this action, such as role.edited");
  options.word("-t,--target <name|uuid>", target,
               "Only events about this API user, user, role or key");
  options.word("--since <time|duration>", since,
               "Only events from this time on: 24h ago, or a time such as 2026-11-24T21:00:00Z");
  options.word("--until <time|duration>", until, "Only events up to this time; the same forms");
  options.number("-l,--limit <n>", limit, "Maximum number of events (default: 100)");
  options.flag("--follow", follow, "Print new events as they are written, until interrupted");
  output.declare(options);
}

Outcome<void> List::run(Context& context) {
  const auto query = to_query(*this, context);
  if (!query) return failed(query);
  if (follow && output.file) {
    return failure(ErrorCode::invalid_argument, "specify only one of --follow or --output", "");
  }
  std::int64_t left = limit.value_or(kDefaultLimit);
  if (left < 1)
    return failure(ErrorCode::invalid_argument, "--limit: must be greater than zero", "");
  auto session = start_session(output, context);
  if (!session) return failed(session);
  if (follow) return audit::follow(context, session->api, *query, output.format);
  json::array events;
  AuditQuery request = *query;
  do {
    request.limit = std::min<std::size_t>(static_cast<std::size_t>(left), kMaxPageSize);
    auto page = get_page(session->api, request);
    if (!page) return failed(page);
    left -= static_cast<std::int64_t>(page->items.size());
    for (json::value& event : page->items) events.push_back(std::move(event));
    request.after = page->next;
  } while (left > 0 && request.after);
  if (output.format == Format::table) events = flattened(std::move(events));
  return session->output.show(events, kListLayout);
}

}  // namespace ptkl::cli::audit

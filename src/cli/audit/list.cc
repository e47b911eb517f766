#include <chrono>
#include <thread>
#include <utility>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "base/encoding.h"
#include "cli/audit/audit.h"
#include "cli/audit/layouts.h"
#include "cli/log_in.h"
#include "cli/printable.h"
#include "core/page.h"
#include "shell/duration.h"

namespace ptkl::cli::audit {
namespace json = boost::json;
namespace {

constexpr std::int64_t kDefaultLimit = 100;
constexpr std::chrono::seconds kPollInterval{2};

void add(std::string& query, std::string_view name, const std::optional<std::string>& value) {
  if (value) query += fmt::format("&{}={}", name, percent_encode(*value));
}

/// `24h` is that long before now.
Result<std::string> to_time(const std::string& text, const Context& context) {
  if (const auto ago = shell::parse_duration(text)) {
    return to_rfc3339(context.system.clock.now() - *ago);
  }
  if (parse_rfc3339(text)) return text;
  return failure(ErrorCode::invalid_argument,
                 "expected a time like 2026-11-24T21:00:00Z, or a duration like 24h");
}

Result<std::string> to_query(const List& command, const Context& context) {
  std::string query;
  add(query, "actor", command.actor);
  add(query, "action", command.action);
  add(query, "target", command.target);
  for (const auto& [name, value] :
       {std::pair("since", &command.since), {"until", &command.until}}) {
    if (!*value) continue;
    auto time = to_time(**value, context);
    if (!time) return failure(std::move(time.error()));
    add(query, name, *time);
  }
  return query;
}

std::string name_in(const json::object& event, std::string_view key) {
  const json::value* const part = event.if_contains(key);
  if (part == nullptr || !part->is_object()) return {};
  for (const auto* const name : {"name", "id", "kind", "type"}) {
    const json::value* const text = part->get_object().if_contains(name);
    if (text != nullptr && text->is_string()) return std::string(text->get_string());
  }
  return {};
}

/// With what a table shows of the objects inside.
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
  if (format == Format::json) return json::serialize(event) + '\n';
  const auto text = [&](std::string_view key) {
    const json::value* const value = event.if_contains(key);
    if (value == nullptr || value->is_null()) return std::string("-");
    return value->is_string() ? printable(value->get_string()) : json::serialize(*value);
  };
  return fmt::format("{}  {}  {}  {}  {}  {}\n", text("number"), text("at"),
                     printable(name_in(event, "actor")), text("action"),
                     printable(name_in(event, "target")), text("outcome"));
}

std::int64_t number_of(const json::value& event) {
  const json::value* const number =
      event.is_object() ? event.get_object().if_contains("number") : nullptr;
  return number != nullptr && number->is_int64() ? number->get_int64() : 0;
}

/// Until it is interrupted.
Outcome<void> follow(const Context& context, RemoteApi& api, const std::string& query,
                     Format format) {
  const auto newest = api.audit_events_page("?limit=1");
  if (!newest) return failure(newest.error());
  std::int64_t last = newest->items.empty() ? 0 : number_of(newest->items.front());
  while (true) {
    auto page = api.audit_events_page(
        fmt::format("?order=oldest_first&limit={}&cursor={}{}", kMaxPageSize, last, query));
    if (!page) return failure(std::move(page.error()));
    for (const json::value& event : page->items) {
      last = number_of(event);
      if (!event.is_object()) continue;
      auto written =
          context.system.terminal.write(Stream::output, line_of(event.get_object(), format));
      if (!written) return failure(std::move(written.error()));
    }
    if (page->items.empty()) std::this_thread::sleep_for(kPollInterval);
  }
}

}  // namespace

void List::declare(Options& options) {
  options.word("-a,--actor <name|uuid>", actor, "Only what this API user or person did");
  options.word("--action <action>", action, "Only this action, such as role.edited");
  options.word("-t,--target <name|uuid>", target, "Only what was done to this one");
  options.word("--since <time|duration>", since, "Not earlier, such as 24h, or a time in RFC 3339");
  options.word("--until <time|duration>", until, "Not later");
  options.number("-l,--limit <n>", limit, "At most so many of the newest (100)");
  options.flag("--follow", follow, "Print new events as they come, until interrupted");
  output.declare(options);
}

Outcome<void> List::run(Context& context) {
  const auto query = to_query(*this, context);
  if (!query) return failure(query.error());
  if (follow && output.file) {
    return failure(ErrorCode::invalid_argument, "--follow and --output exclude each other", "");
  }
  std::int64_t left = limit.value_or(kDefaultLimit);
  if (left < 1) return failure(ErrorCode::invalid_argument, "--limit: expected 1 or more", "");
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  if (follow) return audit::follow(context, session->api, *query, output.format);
  json::array events;
  std::string cursor;
  while (left > 0) {
    auto page = session->api.audit_events_page(
        fmt::format("?limit={}{}{}", std::min<std::int64_t>(left, kMaxPageSize), *query,
                    cursor.empty() ? "" : "&cursor=" + percent_encode(cursor)));
    if (!page) return failure(std::move(page.error()));
    left -= static_cast<std::int64_t>(page->items.size());
    for (json::value& event : page->items) events.push_back(std::move(event));
    cursor = page->next_cursor;
    if (cursor.empty()) break;
  }
  if (output.format == Format::table) events = flattened(std::move(events));
  return session->output.show(events, kListLayout);
}

}  // namespace ptkl::cli::audit

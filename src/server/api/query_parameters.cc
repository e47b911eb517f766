#include "server/api/query_parameters.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "core/name_rules.h"
#include "wire/audit.h"
#include "wire/pages.h"

namespace ptkl::server {
namespace {

/// The parameter's name where it may be shown as it is: it came from outside.
std::string shown_name(const std::string& name) {
  const auto harmless = [](char c) { return c == '_' || is_letter_or_digit(c); };
  const bool shown = name.size() <= 32 && std::all_of(name.begin(), name.end(), harmless);
  return shown && !name.empty() ? name : "query";
}

class Query {
 public:
  Query(std::string_view text, std::initializer_list<std::string_view> known) {
    while (!text.empty()) {
      const std::size_t end = text.find('&');
      add(text.substr(0, end), known);
      if (end == std::string_view::npos) break;
      text.remove_prefix(end + 1);
    }
  }

  const std::string* find(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
  }

  void fault(std::string field, std::string message) {
    // Enough for everyone; a query may hold thousands.
    if (faults_.size() < 20) faults_.push_back({std::move(field), std::move(message)});
  }

  Result<void> finish() const {
    if (faults_.empty()) return {};
    const FieldError& first = faults_.front();
    return failure(Error{ErrorCode::invalid_argument, first.field + ": " + first.message, faults_});
  }

 private:
  void add(std::string_view pair, std::initializer_list<std::string_view> known) {
    const std::size_t equals = pair.find('=');
    const auto name = form_decode(pair.substr(0, equals));
    const auto value = form_decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
    if (!name || !value) return fault("query", "has a broken percent escape");
    if (std::find(known.begin(), known.end(), *name) == known.end()) {
      return fault(shown_name(*name), "is not a parameter of this request");
    }
    if (!values_.emplace(*name, *value).second) fault(*name, "is given twice");
  }

  std::map<std::string, std::string> values_;
  std::vector<FieldError> faults_;
};

std::optional<std::size_t> parse_limit(std::string_view text) {
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (limit < 1 || limit > kMaxPageSize) return std::nullopt;
  return limit;
}

Result<std::size_t> parse_page_size(std::string_view text) {
  const auto limit = parse_limit(text);
  if (!limit) return failure(ErrorCode::invalid_argument, "expected a number from 1 to 1000");
  return *limit;
}

/// What is longer than any name is none.
Result<std::string> parse_filter(std::string_view text) {
  constexpr std::size_t kMaxNameSize = 320;
  if (text.empty() || text.size() > kMaxNameSize) {
    return failure(ErrorCode::invalid_argument, "expected a name or a uuid");
  }
  return std::string(text);
}

Result<AuditOrder> parse_order(std::string_view text) {
  if (text == "newest_first") return AuditOrder::newest_first;
  if (text == "oldest_first") return AuditOrder::oldest_first;
  return failure(ErrorCode::invalid_argument, "expected newest_first or oldest_first");
}

template <class Page, class ParseCursor>
Result<Page> parse_page(std::string_view query, ParseCursor parse_cursor) {
  Query parameters(query, {"limit", "cursor"});
  Page page;
  if (const std::string* text = parameters.find("limit")) {
    const auto limit = parse_limit(*text);
    if (!limit) parameters.fault("limit", "expected a number from 1 to 1000");
    page.limit = limit.value_or(kDefaultPageSize);
  }
  if (const std::string* text = parameters.find("cursor")) {
    const auto after = parse_cursor(*text);
    if (after) {
      page.after = *after;
    } else {
      parameters.fault("cursor", after.error().message);
    }
  }
  if (const auto read = parameters.finish(); !read) return failure(read.error());
  return page;
}

}  // namespace

Result<PageRequest> parse_page_query(std::string_view query) {
  return parse_page<PageRequest>(query, wire::parse_cursor);
}

Result<SecretPageRequest> parse_secret_page_query(std::string_view query) {
  return parse_page<SecretPageRequest>(query, wire::parse_secret_cursor);
}

Result<DeletionRequest> parse_deletion_query(std::string_view query) {
  Query parameters(query, {"dry_run"});
  DeletionRequest request;
  if (const std::string* text = parameters.find("dry_run")) {
    request.dry_run = *text == "true";
    if (*text != "true" && *text != "false") parameters.fault("dry_run", "expected true or false");
  }
  if (const auto read = parameters.finish(); !read) return failure(read.error());
  return request;
}

Result<KeyPageRequest> parse_key_page_query(std::string_view query) {
  return parse_page<KeyPageRequest>(query, wire::parse_key_cursor);
}

Result<PermissionPageRequest> parse_permission_page_query(std::string_view query) {
  return parse_page<PermissionPageRequest>(query, wire::parse_permission_cursor);
}

Result<AuditQuery> parse_audit_query(std::string_view query) {
  Query parameters(query,
                   {"actor", "target", "action", "since", "until", "order", "limit", "cursor"});
  AuditQuery request;
  const auto read = [&](const std::string& name, auto parse, auto take) {
    const std::string* text = parameters.find(name);
    if (text == nullptr) return;
    auto value = parse(*text);
    if (value) {
      take(std::move(*value));
    } else {
      parameters.fault(name, value.error().message);
    }
  };
  read("actor", parse_filter, [&](std::string value) { request.actor = std::move(value); });
  read("target", parse_filter, [&](std::string value) { request.target = std::move(value); });
  read("action", parse_filter, [&](std::string value) { request.action = std::move(value); });
  read("since", parse_rfc3339, [&](Timestamp time) { request.since = time; });
  read("until", parse_rfc3339, [&](Timestamp time) { request.until = time; });
  read("order", parse_order, [&](AuditOrder order) { request.order = order; });
  read("limit", parse_page_size, [&](std::size_t limit) { request.limit = limit; });
  read("cursor", wire::parse_number_cursor, [&](std::int64_t after) { request.after = after; });
  if (const auto done = parameters.finish(); !done) return failure(done.error());
  return request;
}

Result<app::AuditHeadPageRequest> parse_audit_head_query(std::string_view query) {
  return parse_page<app::AuditHeadPageRequest>(query, wire::parse_number_cursor);
}

bool has_parameter(std::string_view query, std::string_view name) {
  return Query(query, {name}).find(std::string(name)) != nullptr;
}

Result<void> refuse_query(std::string_view query) { return Query(query, {}).finish(); }

}  // namespace ptkl::server

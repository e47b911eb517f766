#include "server/api/query_parameters.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/integer.h"
#include "core/email.h"
#include "core/name_rules.h"
#include "core/permission.h"
#include "core/role.h"
#include "core/secret.h"
#include "core/username.h"
#include "server/api/url_encoded.h"
#include "wire/audit.h"
#include "wire/pages.h"

namespace ptkl::server {
namespace {

/// The parameter's name if it is harmless to repeat to the client, else `query`.
std::string shown_name(const std::string& name) {
  const auto harmless = [](char c) { return c == '_' || is_letter_or_digit(c); };
  const bool shown = name.size() <= 32 && std::all_of(name.begin(), name.end(), harmless);
  return shown && !name.empty() ? name : "query";
}

/// The parameters of one query. Keeps every fault, so that finish() reports all of them.
class Query {
 public:
  Query(std::string_view text, std::initializer_list<std::string_view> known) {
    while (!text.empty()) add(take_pair(text), known);
  }

  bool has(std::string_view name) const { return values_.contains(name); }

  /// Sets `target` to the parsed value, when the parameter is given.
  template <class Parse, class Target>
  void read(std::string_view name, Parse parse, Target& target) {
    const auto found = values_.find(name);
    if (found == values_.end()) return;
    auto value = parse(found->second);
    if (value) {
      target = std::move(*value);
    } else {
      fault(std::string(name), std::move(value.error().message));
    }
  }

  /// Errors: invalid_argument with every fault.
  Result<void> check() const {
    if (faults_.empty()) return {};
    const FieldError& first = faults_.front();
    return failure(Error{ErrorCode::invalid_argument, first.field + ": " + first.message, faults_});
  }

  /// `value` when there was no fault.
  template <class Value>
  Result<Value> finish(Value value) const {
    auto checked = check();
    if (!checked) return failed(checked);
    return value;
  }

 private:
  void add(std::string_view pair, std::initializer_list<std::string_view> known) {
    auto parameter = decode_pair(pair);
    if (!parameter) return fault("query", "invalid percent escape");
    auto& [name, value] = *parameter;
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return fault(shown_name(name), "unknown parameter");
    }
    if (!values_.try_emplace(name, std::move(value)).second) fault(name, "must not be given twice");
  }

  void fault(std::string field, std::string message) {
    constexpr std::size_t kMaxFaults = 20;  // a query may hold thousands
    if (faults_.size() < kMaxFaults) faults_.push_back({std::move(field), std::move(message)});
  }

  std::map<std::string, std::string, std::less<>> values_;
  std::vector<FieldError> faults_;
};

Result<std::size_t> parse_limit(std::string_view text) {
  const auto limit = parse_integer<std::size_t>(text);
  if (!limit || *limit < 1 || *limit > kMaxPageSize) {
    return failure(ErrorCode::invalid_argument, "expected a number from 1 to 1000");
  }
  return *limit;
}

Result<bool> parse_truth(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return failure(ErrorCode::invalid_argument, "expected true or false");
}

Result<std::string> parse_filter(std::string_view text) {
  constexpr std::size_t kLongestName = 320;
  if (text.empty() || text.size() > kLongestName) {
    return failure(ErrorCode::invalid_argument, "expected a name or a uuid");
  }
  return std::string(text);
}

Result<AuditOrder> parse_order(std::string_view text) {
  if (text == "newest_first") return AuditOrder::newest_first;
  if (text == "oldest_first") return AuditOrder::oldest_first;
  return failure(ErrorCode::invalid_argument, "expected newest_first or oldest_first");
}

}  // namespace

template <class Key>
Result<KeyedPageRequest<Key>> parse_page_query(std::string_view query,
                                               Result<Key> (*parse_cursor)(std::string_view)) {
  Query parameters(query, {"limit", "cursor"});
  KeyedPageRequest<Key> page;
  parameters.read("limit", parse_limit, page.limit);
  parameters.read("cursor", parse_cursor, page.after);
  return parameters.finish(std::move(page));
}

// The keys of all lists.
template Result<PageRequest> parse_page_query(std::string_view, Result<Uuid> (*)(std::string_view));
template Result<KeyedPageRequest<CredentialId>> parse_page_query(
    std::string_view, Result<CredentialId> (*)(std::string_view));
template Result<KeyedPageRequest<Permission>> parse_page_query(
    std::string_view, Result<Permission> (*)(std::string_view));
template Result<KeyedPageRequest<std::string>> parse_page_query(
    std::string_view, Result<std::string> (*)(std::string_view));
template Result<KeyedPageRequest<std::int64_t>> parse_page_query(
    std::string_view, Result<std::int64_t> (*)(std::string_view));

Result<PageRequest> parse_page_query(std::string_view query) {
  return parse_page_query(query, &wire::parse_cursor);
}

template <class Name>
Result<NamedPageRequest<Name>> parse_named_page_query(std::string_view query,
                                                      std::string_view name_parameter) {
  Query parameters(query, {"limit", "cursor", name_parameter});
  NamedPageRequest<Name> request;
  parameters.read("limit", parse_limit, request.page.limit);
  parameters.read("cursor", wire::parse_cursor, request.page.after);
  parameters.read(name_parameter, Name::parse, request.name);
  return parameters.finish(std::move(request));
}

template Result<NamedPageRequest<Username>> parse_named_page_query(std::string_view,
                                                                   std::string_view);
template Result<NamedPageRequest<Email>> parse_named_page_query(std::string_view, std::string_view);
template Result<NamedPageRequest<RoleName>> parse_named_page_query(std::string_view,
                                                                   std::string_view);

Result<DeletionRequest> parse_deletion_query(std::string_view query) {
  Query parameters(query, {"dry_run"});
  DeletionRequest request;
  parameters.read("dry_run", parse_truth, request.dry_run);
  return parameters.finish(request);
}

Result<AuditQuery> parse_audit_query(std::string_view query) {
  Query parameters(query,
                   {"actor", "target", "action", "since", "until", "order", "limit", "cursor"});
  AuditQuery request;
  parameters.read("actor", parse_filter, request.actor);
  parameters.read("target", parse_filter, request.target);
  parameters.read("action", parse_filter, request.action);
  parameters.read("since", parse_rfc3339, request.since);
  parameters.read("until", parse_rfc3339, request.until);
  parameters.read("order", parse_order, request.order);
  parameters.read("limit", parse_limit, request.limit);
  parameters.read("cursor", wire::parse_number_cursor, request.after);
  return parameters.finish(std::move(request));
}

bool has_parameter(std::string_view query, std::string_view name) {
  return Query(query, {name}).has(name);
}

Result<void> refuse_query(std::string_view query) { return Query(query, {}).check(); }

}  // namespace ptkl::server

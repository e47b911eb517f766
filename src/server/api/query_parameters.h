// The query of a request to our own API. What an endpoint does not know is refused: a misspelt
// `limit` must not silently give another answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/audit/queries.h"
#include "base/result.h"
#include "core/audit/event.h"
#include "core/page.h"
#include "core/permission.h"
#include "core/secret.h"

namespace ptkl::server {

/// `limit` and `cursor`, each at most once. Fails with invalid_argument and every fault.
Result<PageRequest> parse_page_query(std::string_view query);

/// Secrets are listed newest first, and few: what follows `after` is found in the whole list.
struct SecretPageRequest {
  std::optional<SecretId> after;
  std::size_t limit = kDefaultPageSize;
};
Result<SecretPageRequest> parse_secret_page_query(std::string_view query);

/// `dry_run`, `true` or `false`, at most once.
struct DeletionRequest {
  bool dry_run = false;
};
Result<DeletionRequest> parse_deletion_query(std::string_view query);

/// Keys are few too.
struct KeyPageRequest {
  std::optional<std::string> after;
  std::size_t limit = kDefaultPageSize;
};
Result<KeyPageRequest> parse_key_page_query(std::string_view query);

/// A list of permissions is in text order.
struct PermissionPageRequest {
  std::optional<Permission> after;
  std::size_t limit = kDefaultPageSize;
};
Result<PermissionPageRequest> parse_permission_page_query(std::string_view query);

/// `actor`, `target`, `action`, `since`, `until`, `order` (`newest_first`, `oldest_first`), `limit` and
/// `cursor`.
Result<AuditQuery> parse_audit_query(std::string_view query);
Result<app::AuditHeadPageRequest> parse_audit_head_query(std::string_view query);

/// Whether `query` has a parameter of that name, whatever else it has.
bool has_parameter(std::string_view query, std::string_view name);

/// Fails with invalid_argument unless `query` has no parameters.
Result<void> refuse_query(std::string_view query);

}  // namespace ptkl::server

// The query of a request to our own API. An unknown parameter is rejected: a misspelt `limit` must
// not silently change the answer.
//
// Errors of all parse functions: invalid_argument with one FieldError per fault.
#pragma once

#include <string_view>

#include "base/result.h"
#include "core/audit/event.h"
#include "core/page.h"

namespace ptkl::server {

/// `limit` and `cursor`, each at most once; `parse_cursor` is the one of the list's key.
template <class Key>
Result<KeyedPageRequest<Key>> parse_page_query(std::string_view query,
                                               Result<Key> (*parse_cursor)(std::string_view));

/// The same for a list in the order of ids.
Result<PageRequest> parse_page_query(std::string_view query);

/// The same, and `name_parameter` with the exact name of one item.
template <class Name>
Result<NamedPageRequest<Name>> parse_named_page_query(std::string_view query,
                                                      std::string_view name_parameter);

/// `dry_run`, `true` or `false`, at most once.
struct DeletionRequest {
  bool dry_run = false;
};
Result<DeletionRequest> parse_deletion_query(std::string_view query);

/// `actor`, `target`, `action`, `since`, `until`, `order` (`newest_first`, `oldest_first`), `limit`
/// and `cursor`.
Result<AuditQuery> parse_audit_query(std::string_view query);

/// True when `query` has a parameter of that name, whatever else it has.
bool has_parameter(std::string_view query, std::string_view name);

/// Fails unless `query` has no parameters.
Result<void> refuse_query(std::string_view query);

}  // namespace ptkl::server

// The query of a request to our own API. What an endpoint does not know is refused: a misspelt
// `limit` must not silently give another answer.
#pragma once

#include <string_view>

#include "base/result.h"
#include "core/page.h"

namespace ptkl::server {

/// `limit` and `cursor`, each at most once. Fails with invalid_argument and every fault.
Result<PageRequest> parse_page_query(std::string_view query);

/// Fails with invalid_argument unless `query` has no parameters.
Result<void> refuse_query(std::string_view query);

}  // namespace ptkl::server

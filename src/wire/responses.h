// The bodies that the server answers with. The command line passes them through as JSON, so that a
// newer server's additional keys arrive, and picks from them for its tables.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/result.h"
#include "base/timestamp.h"
#include "core/api_user.h"
#include "core/page.h"
#include "core/project.h"
#include "core/role.h"
#include "core/secret.h"

namespace ptkl::wire {

/// `now` decides which status a secret has.
boost::json::object to_json(const ApiUserDetails& user, Timestamp now);
boost::json::object to_json(const SecretRecord& secret, Timestamp now);
boost::json::object to_json(const Role& role);

/// `{"items": […], "next_cursor": "…" | null}`.
boost::json::object to_list(boost::json::array items, const std::optional<Uuid>& next);
/// A cursor is opaque to its user. Fails with invalid_argument.
std::string to_cursor(const Uuid& after);
Result<Uuid> parse_cursor(std::string_view cursor);

/// RFC 9457: `type, title, status, detail, code, request_id`, and `errors` where `error` has fields.
/// `code` is the ErrorCode's name.
boost::json::object to_problem(const Error& error, int status, std::string_view title,
                               std::string_view request_id);
/// The inverse, for the client: the Error that a problem document tells of. An unknown or missing code
/// becomes what `status` says.
Error parse_problem(std::string_view json, int status);

/// The name of the code in problem documents: `invalid_argument`, …
std::string_view to_text(ErrorCode code);

}  // namespace ptkl::wire

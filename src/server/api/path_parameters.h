// The values of a path's `{uuid}` and `{id}`. Malformed ones are told apart from unknown ones: 400
// and 404.
#pragma once

#include "base/result.h"
#include "base/uuid.h"
#include "core/secret.h"
#include "server/api/handler_context.h"

namespace ptkl::server {

/// The second parameter. Fails with invalid_argument of field `uuid`.
Result<Uuid> uuid_of(const AuthenticatedRequest& request);

/// The third parameter. Fails with invalid_argument of field `id`.
Result<SecretId> secret_id_of(const AuthenticatedRequest& request);

}  // namespace ptkl::server

// The values of a path's `{uuid}` and `{id}`. A malformed value is a 400, an unknown one a 404.
#pragma once

#include "base/result.h"
#include "base/uuid.h"
#include "core/secret.h"
#include "server/api/handler_context.h"

namespace ptkl::server {

/// The second parameter. Errors: invalid_argument of field `uuid`.
Result<Uuid> uuid_of(const AuthenticatedRequest& request);

/// The third parameter. Errors: invalid_argument of field `id`.
Result<CredentialId> secret_id_of(const AuthenticatedRequest& request);

}  // namespace ptkl::server

#include "server/api/handler_context.h"

namespace ptkl::server {

Result<Uuid> uuid_of(const AuthenticatedRequest& request) {
  const auto uuid = Uuid::parse(request.path.at(1));
  if (!uuid) return invalid_field("uuid", uuid.error().message);
  return *uuid;
}

Result<CredentialId> secret_id_of(const AuthenticatedRequest& request) {
  auto id = CredentialId::parse(request.path.at(2));
  if (!id) return invalid_field("id", id.error().message);
  return id;
}

}  // namespace ptkl::server

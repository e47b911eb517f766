#include "app/access/actor.h"

#include <utility>

#include "app/access/token_validation.h"
#include "base/check.h"

namespace ptkl::app {

Grants grants_of(const std::vector<Role>& roles) {
  Grants grants;
  for (const Role& role : roles) grants.add(role);
  return grants;
}

Result<Actor> authenticate(const AppContext& context, std::string_view project,
                           std::string_view token, RequestOrigin origin) {
  auto valid = validate_token(context, project, token);
  if (!valid) return failed(valid);
  const std::string issuer = issuer_of(context.public_url, valid->project.name);
  if (auto meant = check_audience(valid->claims, issuer); !meant) return failed(meant);
  Grants grants = grants_of(valid->owner.held.roles);
  const Timestamp expires_at{std::chrono::seconds(valid->claims.expires_at)};
  return Actor{std::move(valid->project),          std::move(valid->owner.principal),
               std::move(valid->owner.held.roles), std::move(grants),
               std::move(valid->owner.credential), expires_at,
               reference_of(valid->claims),        std::move(origin)};
}

Result<void> require(const Grants& grants, std::string_view permission) {
  const auto required = Permission::parse(permission);
  PTKL_CHECK(required);
  if (grants.permissions.covers(*required)) return {};
  return failure(ErrorCode::permission_denied,
                 "this operation requires the permission " + required->text());
}

Result<void> require(const Actor& actor, std::string_view permission) {
  return require(actor.grants, permission);
}

Result<Grants> require_now(Transaction& transaction, const Actor& actor,
                           std::string_view permission) {
  const auto owner = find_valid_token_owner(transaction, actor.project.id, actor.token);
  if (!owner) return failed(owner);
  Grants grants = grants_of(owner->held.roles);
  if (auto held = require(grants, permission); !held) return failed(held);
  return grants;
}

}  // namespace ptkl::app

#include "app/oauth/grants/client_credentials.h"

#include <utility>

namespace ptkl::app {

OAuthResult<AuthenticatedClient> authenticate_with_client_credentials(const AppContext& context,
                                                                      TokenRequest& request) {
  return authenticate_client(context, request.client, std::move(request.proof));
}

std::optional<std::string> select_scope_of_client(const std::optional<std::string>& requested,
                                                  const PermissionSet& held) {
  if (!requested || requested->empty()) return held.text();
  // Longer than any scope that can be granted.
  if (requested->size() > kMaxGrantBytes) return std::nullopt;
  const auto scope = PermissionSet::parse(*requested);
  if (!scope || !held.covers(*scope)) return std::nullopt;
  return scope->text();
}

}  // namespace ptkl::app

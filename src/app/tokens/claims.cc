#include "app/tokens/claims.h"

#include <utility>

#include "core/text_list.h"

namespace ptkl::app {
AccessToken make_claims(const AppContext& context, const Project& project,
                        const TokenSubject& subject) {
  AccessToken token;
  token.issuer = issuer_of(context.public_url, project.name);
  token.subject = subject.id;
  token.client_id = subject.name;
  token.issued_at = to_unix_seconds(subject.issued_at);
  token.expires_at = to_unix_seconds(subject.expires_at);
  token.id = context.random_source.make_uuid(subject.issued_at);
  token.roles = texts_of(subject.roles, [](const Role& role) { return role.name.text(); });
  token.workspaces = texts_of(subject.grants.workspaces,
                              [](const Workspace& workspace) { return workspace.text(); });
  token.level = subject.grants.level.value();
  token.slot = subject.slot;
  token.rights_version = project.rights_version;
  return token;
}

IssuedToken issued(std::string text, AccessToken claims) {
  return {SecretString(std::move(text)), std::chrono::seconds(claims.expires_at - claims.issued_at),
          std::move(claims.scope)};
}

}  // namespace ptkl::app

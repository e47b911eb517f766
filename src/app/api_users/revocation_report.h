// The report on revoked secrets: when and from where each was last used, and when its last token expires.
#pragma once

#include <optional>
#include <vector>

#include "app/access/context.h"
#include "core/client_credential.h"
#include "core/project.h"
#include "core/secret_requests.h"

namespace ptkl::app {

/// Reports on `revoked`, secrets of one API user in the state in which their transaction left them. Uses in
/// this process are reported exactly; other servers write theirs to the database up to a few seconds late.
/// When the database cannot be read, the report leaves out what it does not know.
/// Requires: the revocation is committed. A request that has read the secret before the commit can still
/// record a use later, but its token is invalid.
std::vector<RevokedSecret> report_revoked(const AppContext& context, const Project& project,
                                          std::vector<ClientCredential> revoked);

}  // namespace ptkl::app

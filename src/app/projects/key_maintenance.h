// The periodic maintenance of the signing keys of all projects.
#pragma once

#include "app/access/context.h"

namespace ptkl::app {

/// In every project: creates a missing next key, activates the next key when that is due, and deletes retired
/// keys that are no longer published, also from memory. Failures are logged. Several servers may run it at
/// the same time.
void run_key_maintenance(const AppContext& context);

}  // namespace ptkl::app

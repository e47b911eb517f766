// Every secret, and every sign-in, has a status slot of its own.
#pragma once

#include "app/access/project_transaction.h"
#include "core/status_slot.h"

namespace ptkl::app {

/// Makes a free slot a good one.
Result<StatusSlot> allocate_status_slot(ProjectTransaction& change);

}  // namespace ptkl::app

// Allocates status slots. Every client credential and every session has its own.
#pragma once

#include "app/access/project_transaction.h"
#include "core/status_list.h"

namespace ptkl::app {

/// Allocates a random free slot of the project's last status list.
/// Errors: those of the store; internal if no free slot was found.
Result<StatusSlot> allocate_status_slot(ProjectTransaction& change);

}  // namespace ptkl::app

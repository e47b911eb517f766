// What the process as a whole may and must not do.
#pragma once

namespace ptkl::server {

/// No core dump and no debugger, because secrets and keys are in the memory; a closed connection is
/// no reason to die; as many open files as the system lets us have.
void set_process_limits();

}  // namespace ptkl::server

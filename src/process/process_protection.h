// Protection of a process that holds secrets.
#pragma once

namespace ptkl::process {

/// Turns off core dumps, and keeps other processes of the user from reading the memory (prctl(2),
/// PR_SET_DUMPABLE). Writing to a closed pipe, connection or standard stream or beyond the file size limit
/// becomes an error instead of a signal. Requires: called first in main().
void protect_process();

}  // namespace ptkl::process

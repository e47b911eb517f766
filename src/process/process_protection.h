// What the process as a whole must not do, because it holds secrets.
#pragma once

namespace ptkl::process {

/// No core dump, and no other process of the user can read the memory (prctl(2), PR_SET_DUMPABLE). A
/// closed pipe, connection or standard stream and a file at its size limit are errors of the write, and
/// do not end the process. The first thing in main().
void protect_process();

}  // namespace ptkl::process

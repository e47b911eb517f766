// What the process as a whole must not do, because it holds secrets.
#pragma once

namespace ptkl::shell {

/// No core dump, and no other process of the user gets at the memory (prctl(2), PR_SET_DUMPABLE); a
/// closed pipe or connection is an error of the write, and not the end of the process. The first
/// thing in main().
void protect_process();

}  // namespace ptkl::shell

#include "shell/process_protection.h"

#include <csignal>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace ptkl::shell {

void protect_process() {
  const rlimit none = {};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace ptkl::shell

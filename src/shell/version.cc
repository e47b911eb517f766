#include "shell/version.h"

namespace ptkl::shell {

constinit const std::string_view kVersion = PTKL_VERSION;

}  // namespace ptkl::shell

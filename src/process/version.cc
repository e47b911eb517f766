#include "process/version.h"

namespace ptkl::process {

constinit const std::string_view kVersion = PTKL_VERSION;

}  // namespace ptkl::process

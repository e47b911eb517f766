// The ports of system.h over POSIX.
#pragma once

#include <memory>

#include "cli/terminal/system.h"

namespace ptkl::cli {

std::unique_ptr<Environment> make_posix_environment();

/// Over the three standard streams.
std::unique_ptr<Terminal> make_posix_terminal();

}  // namespace ptkl::cli

// How far a long command is.
#pragma once

#include <functional>
#include <string_view>

#include "process/progress_bar.h"

namespace ptkl::server {

/// `unit` tells which part of the work this is of.
using OnProgress = std::function<void(std::string_view unit, const process::ProgressState& state)>;

}  // namespace ptkl::server

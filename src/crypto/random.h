// The system's source of random bytes.
#pragma once

#include <memory>

#include "base/random_source.h"

namespace ptkl::crypto {

std::unique_ptr<RandomSource> make_random_source();

}  // namespace ptkl::crypto

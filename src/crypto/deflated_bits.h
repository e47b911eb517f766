// Status lists as zlib data (RFC 1950, RFC 1951) in blocks, so that changing one bit compresses only its
// block again.
#pragma once

#include <memory>

#include "core/status_list.h"

namespace ptkl::crypto {

std::unique_ptr<StatusListBits> make_deflated_bits();

}  // namespace ptkl::crypto

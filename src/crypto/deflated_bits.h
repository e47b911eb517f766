// Status lists as zlib data (RFC 1950, RFC 1951) in blocks, so that changing one bit compresses only its
// block again.
#pragma once

#include <memory>

#include "core/ports/status_list_encoder.h"

namespace ptkl::crypto {

std::unique_ptr<StatusListEncoder> make_deflated_bits();

}  // namespace ptkl::crypto

// Status lists as zlib data (RFC 1950, RFC 1951), where one bit that changes costs no compression of
// the whole.
#pragma once

#include <memory>

#include "core/status_list.h"

namespace ptkl::crypto {

std::unique_ptr<StatusListBits> make_deflated_bits();

}  // namespace ptkl::crypto

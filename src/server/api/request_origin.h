// Where a request comes from, for the log and the audit log.
#pragma once

#include "core/initiator.h"
#include "http/message.h"

namespace ptkl::server {

inline RequestOrigin origin_of(const http::Request& request) {
  return {request.source_address, request.id};
}

}  // namespace ptkl::server

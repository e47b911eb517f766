// One connection: reads requests, has them answered, writes the responses.
#pragma once

#include "http/io_thread.h"

namespace ptkl::http {

/// Serves `socket` on `thread`, over TLS where the server has it, until either side closes. The
/// session keeps itself alive.
void start_session(TcpSocket socket, IoThread& thread);

}  // namespace ptkl::http

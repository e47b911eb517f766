// From settings to a connection that carries a token.
#pragma once

#include <memory>
#include <string>

#include "cli/client/remote_api.h"
#include "cli/framework/context.h"
#include "cli/framework/failure.h"
#include "cli/output/output.h"

namespace ptkl::cli {

/// A client with the time limit that was asked for, which tells of its calls with --verbose.
Outcome<std::unique_ptr<http::Client>> connect(const Context& context);

/// Takes, in this order: the token of flag or environment; one that is got now for the username and
/// the secret of the environment, and stored nowhere; the profile's, when it is for the same
/// server, project and user, and has not expired. Fails with unauthenticated, saying what to run.
Outcome<RemoteApi> log_in(const Context& context);

/// What nearly every verb works with.
struct Session {
  Output output;
  RemoteApi api;
};

/// Opens the output and logs in, in this order: what cannot be written should not be asked for.
Outcome<Session> start_session(const OutputOptions& output, const Context& context);

}  // namespace ptkl::cli

// From options, environment and profile to a connection with a token.
#pragma once

#include <memory>
#include <string>

#include "base/uuid.h"
#include "cli/client/remote_api.h"
#include "cli/framework/context.h"
#include "cli/framework/failure.h"
#include "cli/output/output.h"

namespace ptkl::cli {

/// A client with the time limit of --timeout, which prints its requests with --verbose.
Outcome<std::unique_ptr<http::Client>> connect(const Context& context);

/// The API with the first token of: --token or PTKL_TOKEN; a login with the username and secret of the
/// environment, which is not stored; the profile, if its token is for the same server, project and user
/// and has not expired. Errors: unauthenticated; the hint names the command to run.
Outcome<RemoteApi> open_api(const Context& context);

/// What most commands work with.
struct Session {
  Output output;
  RemoteApi api;
};

/// Opens the output, then the API: nothing is requested that cannot be written.
Outcome<Session> start_session(const OutputOptions& output, const Context& context);

/// Prints the result of the deletion of the object `id`: its uuid, and what the server reports about it.
Outcome<void> show_deleted(Output& output, const Uuid& id, Outcome<boost::json::object> deleted);

}  // namespace ptkl::cli

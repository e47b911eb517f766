#include <utility>

#include "cli/keys/keys.h"
#include "cli/keys/layouts.h"
#include "cli/log_in.h"

namespace ptkl::cli::keys {
namespace {

Result<wire::RotateKeysBody> make_body(const Rotate& command) {
  wire::RotateKeysBody body;
  if (command.algorithm) {
    const auto algorithm = parse_signing_algorithm(*command.algorithm);
    if (!algorithm) return failure(algorithm.error());
    body.algorithm = *algorithm;
  }
  if (command.now && command.compromised) {
    return failure(ErrorCode::invalid_argument, "--now and --compromised exclude each other");
  }
  if (command.now) body.mode = RotationMode::now;
  if (command.compromised) body.mode = RotationMode::compromised;
  return body;
}

bool is_scheduled(const boost::json::object& key) {
  const auto* status = key.if_contains("status");
  return status != nullptr && status->is_string() && status->get_string() == "next";
}

}  // namespace

void Rotate::declare(Options& options) {
  options.word("-a,--algorithm <name>", algorithm,
               "ES256, EdDSA or RS256, from now on; by default it stays as it is");
  options.flag("--now", now, "Without waiting until verifiers know the next key");
  options.flag("--compromised", compromised, "The same, and every token of the project ends");
  output.declare(options);
}

Outcome<void> Rotate::run(Context& context) {
  const auto body = make_body(*this);
  if (!body) return failure(body.error());
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  auto key = session->api.rotate_keys(*body);
  if (!key) return failure(std::move(key.error()));
  if (is_scheduled(*key)) {
    context.say("ptkl: verifiers have to know the next key first; it takes over by itself");
  }
  return session->output.show(*key, kLayout);
}

}  // namespace ptkl::cli::keys

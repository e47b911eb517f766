#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/timestamp.h"
#include "cli/client/session.h"
#include "cli/commands/keys/keys.h"
#include "wire/json.h"

namespace ptkl::cli::keys {
namespace {

Outcome<RotateKeys> make_body(const Rotate& command) {
  RotateKeys body;
  if (command.algorithm) {
    const auto algorithm = parse_signing_algorithm(*command.algorithm);
    if (!algorithm) return option_failure("--algorithm", algorithm.error());
    body.algorithm = *algorithm;
  }
  if (command.now && command.compromised) {
    return failure(ErrorCode::invalid_argument, "specify only one of --now or --compromised");
  }
  if (command.now) body.mode = RotationMode::now;
  if (command.compromised) body.mode = RotationMode::compromised;
  return body;
}

bool is_scheduled(const boost::json::object& key) {
  return wire::find_text(key, "status") == "next";
}

/// How long verifiers could fetch the key before it signed.
std::optional<std::chrono::seconds> published_ahead(const boost::json::object& key) {
  const auto created = wire::find_time(key, "created_at");
  const auto activated = wire::find_time(key, "activated_at");
  if (!created || !activated) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(*activated - *created);
}

void print_notes(const Context& context, RotationMode mode, const boost::json::object& key) {
  if (is_scheduled(key)) {
    context.note(
        "the next key is published; it becomes active once verifiers had time to fetch it");
  }
  if (mode == RotationMode::compromised) {
    context.note("every token of the project is revoked",
                 "run `ptkl profile auth` to log in again, or get a new token");
  }
  // The server's default: the API does not show the configured value.
  const auto ahead = published_ahead(key);
  if (mode == RotationMode::now && ahead && *ahead < RotationPolicy().publish_ahead) {
    context.note(
        fmt::format("the key was published only {} s before it signs; verifiers with an older JWKS "
                    "reject its tokens until they fetch it again",
                    ahead->count()));
  }
}

}  // namespace

void Rotate::declare(Options& options) {
  options.help(
      R"(Replace the key that signs tokens.

By default the next key is published first. It becomes the active key by itself, once verifiers have
had time to fetch it; the previous key stays published until its last token has expired. No valid
token is rejected meanwhile.

With --now the next key signs immediately. Verifiers with an old JWKS that do not fetch it again for an
unknown kid reject new tokens until they do.

With --compromised, for a leaked key, every key that has signed is deleted. ptkl rejects all tokens of
the project immediately, including yours; verifiers do so when they fetch the JWKS again.

Requires the permission keys.write.)",
      R"(# Rotate without an outage
ptkl keys rotate

# Change the algorithm
ptkl keys rotate --algorithm EdDSA

# Replace a leaked key
ptkl keys rotate --compromised)");
  options.word("-a,--algorithm <name>", algorithm,
               "Algorithm of the next key: ES256, EdDSA or RS256 (default: unchanged)");
  options.flag("--now", now, "Sign with the next key immediately");
  options.flag("--compromised", compromised, "Like --now, and revoke every token of the project");
  output.declare(options);
}

Outcome<void> Rotate::run(Context& context) {
  const auto body = make_body(*this);
  if (!body) return failed(body);
  auto session = start_session(output, context);
  if (!session) return failed(session);
  auto key = session->api.rotate_keys(*body);
  if (!key) return failed(key);
  print_notes(context, body->mode, *key);
  return session->output.show(*key, kLayout);
}

void List::declare(Options& options) {
  options.help(
      R"(List the signing keys that the server publishes: the active key, the next one, and retired keys whose
tokens may not have expired yet.

Requires the permission keys.write.)",
      R"(# List signing keys
ptkl keys list)");
  output.declare(options);
}

Outcome<void> List::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failed(session);
  auto keys = session->api.list_keys();
  if (!keys) return failed(keys);
  return session->output.show(*keys, kListLayout);
}

}  // namespace ptkl::cli::keys

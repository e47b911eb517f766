#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/timestamp.h"
#include "cli/client/session.h"
#include "cli/commands/keys/keys.h"
#include "cli/commands/keys/layouts.h"

namespace ptkl::cli::keys {
namespace {

Result<RotateKeys> make_body(const Rotate& command) {
  RotateKeys body;
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

std::optional<Timestamp> time_at(const boost::json::object& key, std::string_view name) {
  const auto* text = key.if_contains(name);
  if (text == nullptr || !text->is_string()) return std::nullopt;
  const auto time = parse_rfc3339(text->get_string());
  return time ? std::optional(*time) : std::nullopt;
}

/// For how long verifiers could fetch the key before it signed.
std::optional<std::chrono::seconds> published_ahead(const boost::json::object& key) {
  const auto created = time_at(key, "created_at");
  const auto activated = time_at(key, "activated_at");
  if (!created || !activated) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(*activated - *created);
}

void tell(const Context& context, RotationMode mode, const boost::json::object& key) {
  if (is_scheduled(key)) {
    context.say("ptkl: verifiers have to know the next key first; it takes over by itself");
  }
  if (mode == RotationMode::compromised) {
    context.say("ptkl: every token of the project has ended");
    context.say("hint: run `ptkl profile auth` to log in again, or get a new token");
  }
  // By the server's default: what it is set to, it does not tell.
  const auto ahead = published_ahead(key);
  if (mode == RotationMode::now && ahead && *ahead < RotationPolicy().publish_ahead) {
    context.say(
        fmt::format("ptkl: the key had been published for {} s only; verifiers that keep an "
                    "older JWKS refuse its tokens until they fetch it again",
                    ahead->count()));
  }
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
  tell(context, body->mode, *key);
  return session->output.show(*key, kLayout);
}

}  // namespace ptkl::cli::keys

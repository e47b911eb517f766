#include <chrono>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"
#include "core/secret.h"
#include "process/duration.h"
#include "wire/json.h"

namespace ptkl::cli::api_users {
namespace {

constexpr Column kNewSecretColumns[] = {
    {"uuid", "uuid", CellKind::identifier},
    {"username", "username"},
    {"secret", "secret"},
    {"secret id", "secret_id"},
    {"created", "created_at", CellKind::time},
    {"expires", "expires_at", CellKind::time},
};

Outcome<CreateSecret> make_body(const NewSecret& command) {
  CreateSecret body;
  body.label = command.label.value_or("");
  if (auto checked = check_free_text(body.label); !checked) {
    return option_failure("--label", checked.error());
  }
  if (command.expires && command.expires->count() == 0) {
    return failure(ErrorCode::invalid_argument, "--expires: must be greater than zero", "");
  }
  if (command.expires) body.expires_in = *command.expires;
  if (command.until_idle && !command.overlap) {
    return failure(ErrorCode::invalid_argument, "--until-idle requires --overlap", "");
  }
  if (command.until_idle) body.until_idle = *command.until_idle;
  if (command.overlap) body.overlap = *command.overlap;
  return body;
}

/// How long a replaced secret stays valid.
std::string validity_of(const boost::json::object& replaced) {
  const auto until = wire::find_text(replaced, "works_until");
  if (!until) return "is revoked";
  std::string text = fmt::format("stays valid until {}", *until);
  const auto idle = wire::find_integer(replaced, "until_idle_seconds");
  if (!idle) return text;
  return text + fmt::format(", or until it is not used for {} after its last token expires",
                            process::duration_text(std::chrono::seconds(*idle)));
}

void print_notes(const Context& context, const boost::json::object& created) {
  context.note("this secret is shown only once");
  const auto* const replaced = wire::find_array(created, "replaced");
  if (replaced == nullptr) return;
  for (const boost::json::value& value : *replaced) {
    const boost::json::object* const secret = value.if_object();
    const auto id = secret != nullptr ? wire::find_text(*secret, "secret_id") : std::nullopt;
    if (id) context.note(fmt::format("the previous secret {} {}", *id, validity_of(*secret)));
  }
}

/// The failure of a command whose secret was created, but neither printed nor stored.
Failure lost(Failure failed, const NewSecret& command) {
  failed.hint = fmt::format(
      "the new secret is lost: create another, or run "
      "`ptkl api-users revoke-secret --uuid {}`",
      command.user);
  return failed;
}

}  // namespace

void NewSecret::declare(Options& options) {
  options.help(
      R"(Create a secret for an API user and print it. The server stores only a hash: the value is shown once
and cannot be shown again.

The new secret replaces the current one, which is revoked immediately together with its tokens. With
--overlap, the previous secret stays valid for that time, so that a pipeline can be changed without an
outage.

Requires the permission api-users.secrets, and all permissions and the level of the API user.
--output does not replace an existing file without --force.)",
      R"(# Create a secret and store it in a file that only you can read
ptkl api-users new-secret --uuid ci-bot --output ci-bot.secret

# Rotate without an outage: the previous secret stays valid for a day
ptkl api-users new-secret --uuid ci-bot --overlap 24h --expires 90d

# Revoke the previous secret as soon as it is not used any longer
ptkl api-users new-secret --uuid ci-bot --overlap 24h --until-idle 30m

# Use the secret in a variable
PTKL_SECRET=$(ptkl api-users new-secret --uuid ci-bot --quiet))");
  options.word(kUserOption, user, kUserHelp);
  options.duration(
      "--overlap <duration>", overlap,
      "Keep the previous secret valid for this long: 24h, 7d (default: revoke immediately)");
  options.duration(
      "--until-idle <duration>", until_idle,
      "Revoke the previous secret before the overlap ends, once all its tokens have expired "
      "and it was not used for this long: 30m; requires --overlap");
  options.duration("--expires <duration>", expires,
                   "Lifetime of the new secret: 90d (default: no expiry)");
  options.text("--label <text>", label, "Purpose, up to 200 bytes on one line (default: empty)");
  output.declare_for_one_time_value(options);
}

Outcome<void> NewSecret::run(Context& context) {
  const auto body = make_body(*this);
  if (!body) return failed(body);
  auto session = start_session(output, context);
  if (!session) return failed(session);
  const auto id = find_api_user(session->api, user);
  if (!id) return failed(id);
  auto created = session->api.create_secret(*id, *body);
  if (!created) return failed(created);
  if (auto shown = session->output.show(*created, {kNewSecretColumns, "secret"}); !shown) {
    if (session->output.saved_beside()) return shown;
    return failure(lost(std::move(shown.error()), *this));
  }
  print_notes(context, *created);
  return {};
}

}  // namespace ptkl::cli::api_users

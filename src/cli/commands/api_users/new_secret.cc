#include <chrono>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"
#include "cli/commands/api_users/layouts.h"
#include "core/secret.h"
#include "process/duration.h"

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

Result<CreateSecret> make_body(const NewSecret& command) {
  CreateSecret body;
  body.label = command.label.value_or("");
  if (auto checked = check_free_text(body.label); !checked) return failure(checked.error());
  if (command.expires && command.expires->count() == 0) {
    return invalid_field("expires", "expected more than nothing");
  }
  if (command.expires) body.expires_in = *command.expires;
  if (command.until_idle && !command.overlap) {
    return invalid_field("until-idle", "expected --overlap too: it is what ends early");
  }
  if (command.until_idle) body.until_idle = *command.until_idle;
  if (command.overlap) body.overlap = *command.overlap;
  return body;
}

/// What is told of a replaced secret, but for its id.
std::string end_of(const boost::json::object& replaced) {
  const boost::json::value* const until = replaced.if_contains("works_until");
  if (until == nullptr || !until->is_string()) return "does not work any more";
  std::string text = fmt::format("works until {}", std::string_view(until->get_string()));
  const boost::json::value* const idle = replaced.if_contains("until_idle_seconds");
  if (idle == nullptr || !idle->is_int64()) return text;
  return text + fmt::format(", or until {} after its last token was over",
                            process::duration_text(std::chrono::seconds(idle->get_int64())));
}

void tell(const Context& context, const boost::json::object& made) {
  context.say("ptkl: this secret is shown only this once");
  const boost::json::value* const replaced = made.if_contains("replaced");
  if (replaced == nullptr || !replaced->is_array()) return;
  for (const boost::json::value& old : replaced->get_array()) {
    const boost::json::object* const secret = old.if_object();
    if (secret == nullptr) continue;
    const boost::json::value* const id = secret->if_contains("secret_id");
    if (id == nullptr || !id->is_string()) continue;
    context.say(
        fmt::format("ptkl: the secret {} {}", std::string_view(id->get_string()), end_of(*secret)));
  }
}

/// The secret was created, but neither printed nor stored.
Failure lost(Failure failed, const NewSecret& command) {
  failed.hint = fmt::format(
      "the new secret is lost: make another, or run "
      "`ptkl api-users revoke-secret --uuid {}`",
      command.user);
  return failed;
}

}  // namespace

void NewSecret::declare(Options& options) {
  options.word(kUserOption, user, "Which API user");
  options.duration(
      "--overlap <duration>", overlap,
      "Let the secret before work so much longer: 24h, 7d;\nby default it ends at once");
  options.duration("--until-idle <duration>", until_idle,
                   "With --overlap: end the secret before sooner, this\nlong (30m) after its "
                   "last token was over");
  options.duration("--expires <duration>", expires,
                   "Let the new secret end after this time: 90d;\nby default it does not");
  options.text("--label <text>", label, "What it is for");
  output.declare_for_one_time_value(options);
}

Outcome<void> NewSecret::run(Context& context) {
  const auto body = make_body(*this);
  if (!body) return failure(body.error());
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  const auto id = find_api_user(session->api, user);
  if (!id) return failure(id.error());
  auto made = session->api.create_secret(*id, *body);
  if (!made) return failure(std::move(made.error()));
  if (auto shown = session->output.show(*made, {kNewSecretColumns, "secret"}); !shown) {
    if (session->output.saved_beside()) return shown;
    return failure(lost(std::move(shown.error()), *this));
  }
  tell(context, *made);
  return {};
}

}  // namespace ptkl::cli::api_users

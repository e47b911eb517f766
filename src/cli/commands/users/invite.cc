#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/users/layouts.h"
#include "cli/commands/users/users.h"

namespace ptkl::cli::users {
namespace json = boost::json;
namespace {

constexpr Column kInvitedColumns[] = {
    {"uuid", "uuid", CellKind::identifier},
    {"email", "email"},
    {"roles", "roles", CellKind::names},
    {"expires", "invitation_expires_at", CellKind::time},
    {"delivery", "delivery"},
    {"link", "link"},
};

std::string_view member_of(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view();
}

/// How the invitation travels, and what is left to do.
void tell(const Context& context, const json::object& invited, std::string_view email) {
  const std::string_view delivery = member_of(invited, "delivery");
  if (delivery == "email") {
    context.say(fmt::format("ptkl: the invitation was mailed to {}", email));
  } else if (delivery == "failed") {
    context.say(fmt::format("ptkl: warning: {} is invited, but the mail could not be sent", email));
    context.say("hint: the server's log says why; run the same command again to send it again");
  } else {
    context.say(
        fmt::format("ptkl: the server sends no mail: pass the link on to {} yourself", email));
    context.say("hint: it is shown only this once, and whoever opens it can take their place");
  }
}

/// The invitation was created, but its link was neither printed nor stored.
Failure lost(Failure failed) {
  failed.hint = "the link is lost: run the same command again to make another";
  return failed;
}

}  // namespace

void Invite::declare(Options& options) {
  options.word("-e,--email <address>", email, "Whom to invite");
  options.words("-r,--roles <roles...>", roles, "Uuids or names of the roles to come");
  output.declare_for_one_time_value(options);
}

Outcome<void> Invite::run(Context& context) {
  auto address = Email::parse(email);
  if (!address) return failure(std::move(address.error()));
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  auto role_ids = find_roles(session->api, roles.value_or(std::vector<std::string>()));
  if (!role_ids) return failure(std::move(role_ids.error()));
  const std::string name = address->text();
  auto invited = session->api.invite_user({std::move(*address), std::move(*role_ids)});
  if (!invited) return failure(std::move(invited.error()));
  const bool has_link = invited->contains("link");
  if (auto shown = session->output.show(*invited, {kInvitedColumns, has_link ? "link" : "uuid"});
      !shown) {
    if (!has_link || session->output.saved_beside()) return shown;
    return failure(lost(std::move(shown.error())));
  }
  tell(context, *invited, name);
  return {};
}

}  // namespace ptkl::cli::users

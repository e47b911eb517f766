#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/users/users.h"
#include "wire/json.h"

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

/// How the invitation is sent, and what is left to do.
void print_notes(const Context& context, const json::object& invited, std::string_view email) {
  const auto delivery = wire::find_text(invited, "delivery");
  if (delivery == "email") {
    context.note(fmt::format("the invitation was sent to {}", email));
  } else if (delivery == "failed") {
    context.note(fmt::format("warning: {} is invited, but the email could not be sent", email),
                 "the server's log says why; run the same command again to send it again");
  } else {
    context.note(fmt::format("the server sends no email: send the link to {} yourself", email),
                 "it is shown only once, and anyone who has it can accept the invitation");
  }
}

/// The failure of a command whose link was created, but neither printed nor stored.
Failure lost(Failure failed) {
  failed.hint = "the link is lost: run the same command again to create another";
  return failed;
}

}  // namespace

void Invite::declare(Options& options) {
  options.help(
      R"(Invite a user by email. The invitation is a link that works once, for seven days; it opens a page
where the user chooses a password.

The server sends the link by email. If it has no mail server, the link is printed instead, only once:
anyone who has the link can accept the invitation. Running the command again for an open invitation
replaces the link and the roles.

Requires the permission users.write, and all permissions, workspaces and the level of the assigned
roles. --output does not replace an existing file without --force.)",
      R"(# Invite a user with two roles
ptkl users invite --email ada@example.com --roles deployer reader

# Print only the link, for a server that sends no mail
ptkl users invite --email ada@example.com --quiet)");
  options.word("-e,--email <address>", email, "Email address of the user");
  options.words("-r,--roles <roles...>", roles, "Names or uuids of the roles (default: none)");
  output.declare_for_one_time_value(options);
}

Outcome<void> Invite::run(Context& context) {
  auto address = Email::parse(email);
  if (!address) return option_failure("--email", std::move(address.error()));
  auto session = start_session(output, context);
  if (!session) return failed(session);
  auto role_ids = find_roles(session->api, roles.value_or(std::vector<std::string>()));
  if (!role_ids) return failed(role_ids);
  const std::string name = address->text();
  auto invited = session->api.invite_user({std::move(*address), std::move(*role_ids)});
  if (!invited) return failed(invited);
  const bool has_link = invited->contains("link");
  if (auto shown = session->output.show(*invited, {kInvitedColumns, has_link ? "link" : "uuid"});
      !shown) {
    if (!has_link || session->output.saved_beside()) return shown;
    return failure(lost(std::move(shown.error())));
  }
  print_notes(context, *invited, name);
  return {};
}

}  // namespace ptkl::cli::users

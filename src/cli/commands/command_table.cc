#include "cli/commands/command_table.h"

#include "cli/commands/api_users/api_users.h"
#include "cli/commands/audit/audit.h"
#include "cli/commands/completion.h"
#include "cli/commands/keys/keys.h"
#include "cli/commands/profile/profile_commands.h"
#include "cli/commands/role/role.h"
#include "cli/commands/users/users.h"
#include "cli/commands/whoami.h"

namespace ptkl::cli {
namespace {

template <class T>
std::unique_ptr<Command> make() {
  return std::make_unique<T>();
}

constexpr Group kGroups[] = {
    {"api-users",
     "Manage API users: service accounts, their secrets and tokens",
     {R"(Manage the API users of a project.

An API user is a service account for a pipeline, a backend or a script. It has roles, and secrets that
it exchanges for short-lived tokens.)",
      R"(# Create an API user with one role, and a secret for it
ptkl api-users create --username ci-bot --roles deployer
ptkl api-users new-secret --uuid ci-bot --output ci-bot.secret)"}},
    {"role",
     "Manage roles: what API users and users may do",
     {R"(Manage the roles of a project.

A role is a named set of permissions, with workspaces and an access level. API users and users may do
what their roles permit.)",
      R"(# Create a role
ptkl role create --name deployer --permissions 'deployments.*' components.read)"}},
    {"users",
     "Manage users: humans who log in with email and password",
     {R"(Manage the users of a project.

A user is a human who accepts an invitation, and logs in with an email and a password.)",
      R"(# Invite a user
ptkl users invite --email ada@example.com --roles deployer

# List users and open invitations
ptkl users list)"}},
    {"keys",
     "List and rotate the keys that sign tokens",
     {R"(Manage the signing keys of a project.

The server signs tokens with the active key, and publishes the public keys as a JWKS (RFC 7517).)",
      R"(# List the published keys
ptkl keys list

# Schedule a new key with another algorithm
ptkl keys rotate --algorithm EdDSA)"}},
    {"audit",
     "Read, verify and export the audit log",
     {R"(Work with the audit log of a project.

The log records who changed what. Its events form a hash chain, whose end the server signs every
minute.)",
      R"(# List the events of the last day
ptkl audit list --since 24h

# Verify that no event was changed, removed or moved
ptkl audit verify)"}},
    {"profile", "Manage saved logins; without a command, print the active profile", {}},
};

constexpr CommandEntry kCommands[] = {
    {"api-users", "list", "List all API users", make<api_users::List>},
    {"api-users", "get", "Show one API user", make<api_users::Get>},
    {"api-users", "create", "Create an API user", make<api_users::Create>},
    {"api-users", "edit", "Replace the roles of an API user", make<api_users::Edit>},
    {"api-users", "enable", "Enable a disabled API user", make<api_users::Enable>},
    {"api-users", "disable", "Revoke the tokens of an API user and refuse new ones",
     make<api_users::Disable>},
    {"api-users", "delete", "Delete an API user and its secrets", make<api_users::Delete>},
    {"api-users", "secrets", "List secrets (values are never shown)", make<api_users::Secrets>},
    {"api-users", "new-secret", "Create a secret and print it once; replaces the current one",
     make<api_users::NewSecret>},
    {"api-users", "revoke-secret", "Revoke all secrets, or one of them",
     make<api_users::RevokeSecret>},
    {"api-users", "get-auth-token", "Exchange username and secret for a token",
     make<api_users::GetAuthToken>},
    {"role", "list", "List all roles", make<role::List>},
    {"role", "get", "Show one role", make<role::Get>},
    {"role", "create", "Create a role", make<role::Create>},
    {"role", "edit", "Replace permissions, workspaces or level of a role", make<role::Edit>},
    {"role", "delete", "Delete a role; all who have it lose it", make<role::Delete>},
    {"role", "permissions-list", "List the permissions of ptkl and those of the roles",
     make<role::PermissionsList>},
    {"users", "list", "List all users and open invitations", make<users::List>},
    {"users", "get", "Show one user", make<users::Get>},
    {"users", "invite", "Invite a user by email", make<users::Invite>},
    {"users", "delete", "Delete a user, or withdraw an invitation", make<users::Delete>},
    {"keys", "list", "List the published signing keys", make<keys::List>},
    {"keys", "rotate", "Replace the key that signs tokens", make<keys::Rotate>},
    {"audit", "list", "List events, newest first", make<audit::List>},
    {"audit", "verify", "Verify the hash chain and the signatures of the log", make<audit::Verify>},
    {"audit", "export", "Write the whole log as JSON lines", make<audit::Export>},
    {"audit", "head", "Sign the end of the log and print it", make<audit::Head>},
    {"profile", "", "", make<profile_commands::ShowActive>},
    {"profile", "new", "Log in and save the login as a profile", make<profile_commands::New>},
    {"profile", "auth", "Log in again, or save a given token", make<profile_commands::Auth>},
    {"profile", "list", "List all profiles", make<profile_commands::List>},
    {"profile", "use", "Make a profile the active one", make<profile_commands::Use>},
    {"profile", "inspect", "Show one profile, without its token", make<profile_commands::Inspect>},
    {"profile", "delete", "Delete a profile and its login", make<profile_commands::Delete>},
    {"", "whoami", "Show the caller and its permissions", make<Whoami>},
    {"", "completion", "Print a script that completes commands in a shell", make<Completion>},
};

}  // namespace

std::span<const Group> groups() { return kGroups; }

std::span<const CommandEntry> all_commands() { return kCommands; }

}  // namespace ptkl::cli

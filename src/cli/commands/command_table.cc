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
    {"api-users", "API users: service accounts of a project, their secrets and tokens",
     "ptkl api-users create --username ci-bot --roles deployer\n"
     "  ptkl api-users new-secret --uuid ci-bot"},
    {"role", "Roles: what API users and people may do",
     "ptkl role create --name deployer --permissions 'deployments.*' components.read"},
    {"users", "People: members of the project who log in with a password",
     "ptkl users invite --email ada@example.com --roles deployer\n  ptkl users list"},
    {"keys", "Signing keys: what the project's tokens are signed with",
     "ptkl keys list\n  ptkl keys rotate --algorithm EdDSA"},
    {"audit", "The audit log: who did what, and whether the log is whole",
     "ptkl audit list --since 24h\n  ptkl audit verify"},
    {"profile", "Logins that are kept here; alone it prints the active one's name",
     "ptkl profile new --host https://id.example.org --project acme --username ci-bot"},
};

constexpr Verb kVerbs[] = {
    {"api-users", "list", "List all API users of the project", "ptkl api-users list --format json",
     make<api_users::List>},
    {"api-users", "get", "Show one API user", "ptkl api-users get --uuid ci-bot",
     make<api_users::Get>},
    {"api-users", "create", "Make an API user; it can log in once it has a secret",
     "ptkl api-users create --username ci-bot --roles deployer reader", make<api_users::Create>},
    {"api-users", "edit", "Replace its role assignments",
     "ptkl api-users edit --uuid ci-bot --roles deployer reader\n"
     "  ptkl api-users edit --uuid ci-bot --roles \"\"      (takes every role off)",
     make<api_users::Edit>},
    {"api-users", "enable", "Let a disabled API user log in again",
     "ptkl api-users enable --uuid ci-bot", make<api_users::Enable>},
    {"api-users", "disable", "End its tokens and keep it from logging in, until it is enabled",
     "ptkl api-users disable --uuid ci-bot", make<api_users::Disable>},
    {"api-users", "delete", "Delete it with its secrets; its username stays taken for ever",
     "ptkl api-users delete --uuid ci-bot", make<api_users::Delete>},
    {"api-users", "secrets", "List its secrets; never what they are",
     "ptkl api-users secrets --uuid ci-bot", make<api_users::Secrets>},
    {"api-users", "new-secret", "Make a secret, shown once; it replaces the one before",
     "PTKL_SECRET=$(ptkl api-users new-secret --uuid ci-bot --quiet)\n"
     "  ptkl api-users new-secret --uuid ci-bot --overlap 24h --expires 90d --output "
     "ci-bot.secret\n"
     "  ptkl api-users new-secret --uuid ci-bot --overlap 24h --until-idle 30m",
     make<api_users::NewSecret>},
    {"api-users", "revoke-secret", "Revoke its secrets, or one of them, at once",
     "ptkl api-users revoke-secret --uuid ci-bot", make<api_users::RevokeSecret>},
    {"api-users", "get-auth-token", "Username and secret in, token out; needs no profile",
     "PTKL_SECRET=... ptkl api-users get-auth-token --user ci-bot --quiet\n"
     "  ptkl api-users get-auth-token --user ci-bot --password - < ci-bot.secret",
     make<api_users::GetAuthToken>},
    {"role", "list", "List all roles of the project", "ptkl role list", make<role::List>},
    {"role", "get", "Show one role", "ptkl role get --uuid deployer", make<role::Get>},
    {"role", "create", "Make a role",
     "ptkl role create --name deployer --permissions 'deployments.*' --workspaces production "
     "--level 20",
     make<role::Create>},
    {"role", "edit", "Replace its permissions, workspaces or level for all who have it",
     "ptkl role edit --uuid deployer --permissions 'deployments.*' builds.read\n"
     "  ptkl role edit --uuid deployer --level 30 --workspaces \"\"      (for no workspace)",
     make<role::Edit>},
    {"role", "delete", "Delete a role; everyone who has it loses it at once",
     "ptkl role delete --uuid deployer --dry-run\n  ptkl role delete --uuid deployer",
     make<role::Delete>},
    {"role", "permissions-list", "List the system's own permissions, and those that roles hold",
     "ptkl role permissions-list", make<role::PermissionsList>},
    {"users", "list", "List all people of the project", "ptkl users list", make<users::List>},
    {"users", "get", "Show one person", "ptkl users get --uuid ada@example.com", make<users::Get>},
    {"users", "invite", "Invite a person by email; once more sends a new link",
     "ptkl users invite --email ada@example.com --roles deployer reader\n"
     "  ptkl users invite --email ada@example.com --quiet      (the link, where no mail is sent)",
     make<users::Invite>},
    {"users", "delete", "End a person's access at once, or withdraw the invitation",
     "ptkl users delete --uuid ada@example.com", make<users::Delete>},
    {"keys", "list", "List the keys that verifiers can see", "ptkl keys list", make<keys::List>},
    {"keys", "rotate", "Let the next key take over, as soon as verifiers know it",
     "ptkl keys rotate\n"
     "  ptkl keys rotate --algorithm EdDSA\n"
     "  ptkl keys rotate --now\n"
     "      Verifiers that have an old JWKS, and do not look again for an unknown kid, refuse new\n"
     "      tokens until they do.\n"
     "  ptkl keys rotate --compromised\n"
     "      For a key that has leaked. Every key that has signed is deleted: tokens end here at\n"
     "      once, and at verifiers that work offline when they read the JWKS again.",
     make<keys::Rotate>},
    {"audit", "list", "List what happened, the newest first",
     "ptkl audit list --since 24h --actor ci-bot\n"
     "  ptkl audit list --action role.edited --target deployer --format json\n"
     "  ptkl audit list --follow",
     make<audit::List>},
    {"audit", "verify", "Recompute the log's hashes, and name the first bad event",
     "ptkl audit verify\n"
     "  ptkl audit verify --head kept.json --key key.jwk\n"
     "  ptkl audit verify --file log.jsonl --key key.jwk      (offline)",
     make<audit::Verify>},
    {"audit", "export", "Write the log with its signed heads, one JSON object a line",
     "ptkl audit export --output log.jsonl", make<audit::Export>},
    {"audit", "head", "Have the end of the log signed now, to keep it elsewhere",
     "ptkl audit head --format json --output kept.json", make<audit::Head>},
    {"profile", "", "",
     "ptkl profile\n"
     "  ptkl profile new --host https://id.example.org --project acme --username ci-bot",
     make<profile_commands::ShowActive>},
    {"profile", "new", "Log in, and keep the login (never the secret) under a name",
     "ptkl profile new --name work --host https://id.example.org --project acme --username ci-bot\n"
     "  ptkl profile new -h localhost:8420 -P acme -u ci-bot -p - < ci-bot.secret\n"
     "  ptkl profile new -h https://id.example.org -P acme -u ada@example.com      (asks)",
     make<profile_commands::New>},
    {"profile", "auth", "Log in again, or store a given token",
     "ptkl profile auth\n  ptkl profile auth --token - < token", make<profile_commands::Auth>},
    {"profile", "list", "List all profiles", "ptkl profile list", make<profile_commands::List>},
    {"profile", "use", "Make a profile the active one", "ptkl profile use work",
     make<profile_commands::Use>},
    {"profile", "inspect", "Show one profile, but for its token", "ptkl profile inspect work",
     make<profile_commands::Inspect>},
    {"profile", "delete", "Forget a profile and its login", "ptkl profile delete work",
     make<profile_commands::Delete>},
    {"", "whoami", "Show who the server takes you for, and what you may do", "ptkl whoami",
     make<Whoami>},
    {"", "completion", "Print a script that completes commands in your shell",
     "source <(ptkl completion bash)", make<Completion>},
};

}  // namespace

std::span<const Group> groups() { return kGroups; }

std::span<const Verb> verbs() { return kVerbs; }

}  // namespace ptkl::cli

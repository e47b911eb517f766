#include "cli/client/session.h"

#include <chrono>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cli/client/login.h"
#include "process/interrupt.h"
#include "process/version.h"

namespace ptkl::cli {
namespace {

using OptionalProfile = std::optional<NamedProfile>;

/// Prints each request to stderr, but not headers and bodies, which hold secrets.
class VerboseClient final : public http::Client {
 public:
  VerboseClient(std::unique_ptr<http::Client> client, const Context& context)
      : client_(std::move(client)), context_(context) {}

  Result<http::Response> send(http::Method method, const std::string& url,
                              const http::Headers& headers, std::string_view body) override {
    context_.say(fmt::format("> {} {}", http::to_text(method), url));
    const auto start = std::chrono::steady_clock::now();
    auto response = client_->send(method, url, headers, body);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - start);
    context_.say(response ? fmt::format("< {} in {} ms, request {}", response->status, took.count(),
                                        response->headers.find("X-Request-Id").value_or("-"))
                          : fmt::format("< no response in {} ms", took.count()));
    return response;
  }

 private:
  std::unique_ptr<http::Client> client_;
  Context context_;
};

std::string auth_command(const std::string& profile) {
  return fmt::format("run `ptkl profile auth --profile {}`", profile);
}

bool has_own_login(const Context& context) {
  const Environment& environment = context.system.environment;
  return context.globals.token.is_given() || environment.variable("PTKL_TOKEN") ||
         (environment.variable("PTKL_USERNAME") && environment.variable("PTKL_SECRET"));
}

/// A job that has everything in its environment must not fail because of a profile that it does not use.
Outcome<OptionalProfile> find_profile_if_used(const Context& context) {
  const bool is_named =
      context.globals.profile || context.system.environment.variable("PTKL_PROFILE");
  if (!is_named && has_own_login(context) && given_host(context) && given_project(context)) {
    return std::nullopt;
  }
  return find_profile(context);
}

Outcome<Login> use_given_token(const Context& context) {
  auto token = read_secret(context.system, {SecretKind::token, "--token", "PTKL_TOKEN"},
                           context.globals.token);
  if (!token) return failed(token);
  return Login{std::move(*token),
               "check --token or PTKL_TOKEN; get a new token with "
               "`ptkl api-users get-auth-token`"};
}

Outcome<Login> use_given_secret(const Context& context, const Target& target,
                                const OptionalProfile& profile, http::Client& client) {
  auto username = given_username(context);
  if (!username && profile) username = profile->profile.username;
  if (!username) {
    return failure(ErrorCode::invalid_argument, "PTKL_SECRET is set but PTKL_USERNAME is not",
                   "set PTKL_USERNAME");
  }
  if (auto checked = check_login_name(*username); !checked) {
    return option_failure(given_username(context) ? "PTKL_USERNAME" : "the profile",
                          checked.error());
  }
  auto secret = read_secret(context.system, login_secret_of(*username), {});
  if (!secret) return failed(secret);
  auto issued = login(client, target, {*username, std::move(*secret)}, context.system.clock.now());
  if (!issued) return failed(issued);
  return Login{std::move(issued->token),
               "the login was revoked while the command ran; run the command again"};
}

/// Why the token of the profile must not be used; empty: it may. It must never be sent to another server,
/// nor act for another user than the requested one.
std::string find_mismatch(const Context& context, const Target& target,
                          const NamedProfile& profile) {
  const Profile& stored = profile.profile;
  if (target != Target{stored.host, stored.project}) {
    return fmt::format("profile {} is logged in to {}, project {}, not to {}, project {}",
                       profile.name, stored.host, stored.project, target.host, target.project);
  }
  const auto username = given_username(context);
  if (username && *username != stored.username) {
    return fmt::format("profile {} is logged in as {}, not as {}", profile.name, stored.username,
                       *username);
  }
  return {};
}

Outcome<Login> use_profile(const Context& context, const Target& target, NamedProfile profile) {
  if (std::string mismatch = find_mismatch(context, target, profile); !mismatch.empty()) {
    return failure(ErrorCode::unauthenticated, std::move(mismatch),
                   "set PTKL_USERNAME and PTKL_SECRET, or PTKL_TOKEN, or use another profile");
  }
  if (profile.profile.token.empty()) {
    return failure(ErrorCode::unauthenticated, fmt::format("profile {} has no token", profile.name),
                   auth_command(profile.name));
  }
  const auto expires_at = profile.profile.expires_at;
  if (expires_at && *expires_at <= context.system.clock.now()) {
    return failure(ErrorCode::unauthenticated,
                   fmt::format("the login of profile {} has expired", profile.name),
                   auth_command(profile.name));
  }
  return Login{std::move(profile.profile.token), auth_command(profile.name)};
}

Outcome<Login> find_login(const Context& context, const Target& target, OptionalProfile profile,
                          http::Client& client) {
  const Environment& environment = context.system.environment;
  if (context.globals.token.is_given() || environment.variable("PTKL_TOKEN")) {
    return use_given_token(context);
  }
  if (environment.variable("PTKL_SECRET")) {
    return use_given_secret(context, target, profile, client);
  }
  if (!profile) return failure(not_logged_in());
  return use_profile(context, target, std::move(*profile));
}

}  // namespace

Outcome<std::unique_ptr<http::Client>> connect(const Context& context) {
  http::ClientOptions options;
  options.user_agent = fmt::format("ptkl/{}", process::kVersion);
  options.ca_file = context.system.environment.variable("PTKL_CA_FILE").value_or("");
  options.is_cancelled = &process::has_held_signal;
  if (context.globals.timeout) options.timeout = *context.globals.timeout;
  auto client = context.system.make_client(options);
  if (!client) return failed(client);
  if (!context.globals.verbose) return std::move(*client);
  return std::make_unique<VerboseClient>(std::move(*client), context);
}

Outcome<RemoteApi> open_api(const Context& context) {
  auto profile = find_profile_if_used(context);
  if (!profile) return failed(profile);
  if (!*profile && !has_own_login(context)) return failure(not_logged_in());
  auto target = resolve_target(context, *profile);
  if (!target) return failed(target);
  auto client = connect(context);
  if (!client) return failed(client);
  auto login = find_login(context, *target, std::move(*profile), **client);
  if (!login) return failed(login);
  return RemoteApi(std::move(*client), std::move(*target), std::move(*login));
}

Outcome<Session> start_session(const OutputOptions& output, const Context& context) {
  auto opened = Output::open(output, context);
  if (!opened) return failed(opened);
  auto api = open_api(context);
  if (!api) return failed(api);
  return Session{std::move(*opened), std::move(*api)};
}

Outcome<void> show_deleted(Output& output, const Uuid& id, Outcome<boost::json::object> deleted) {
  static constexpr Column kColumns[] = {{"uuid", "uuid", CellKind::identifier},
                                        {"deleted", "deleted"}};
  if (!deleted) return failed(deleted);
  (*deleted)["uuid"] = id.text();
  (*deleted)["deleted"] = true;
  return output.show(*deleted, {kColumns, "uuid"});
}

}  // namespace ptkl::cli

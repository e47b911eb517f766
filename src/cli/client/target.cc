#include "cli/client/target.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/client/host_url.h"
#include "core/project.h"

namespace ptkl::cli {
namespace {

std::optional<std::string> either(const std::optional<std::string>& flag,
                                  const std::optional<std::string>& variable) {
  return flag ? flag : variable;
}

tl::unexpected<Failure> missing(std::string_view what, std::string_view variable) {
  return failure(
      ErrorCode::invalid_argument, fmt::format("no {} given, and no profile to take it from", what),
      fmt::format("give --{}, set {}, or make a profile with `ptkl profile new`", what, variable));
}

}  // namespace

Outcome<std::optional<NamedProfile>> find_profile(const Context& context) {
  const auto asked =
      either(context.globals.profile, context.system.environment.variable("PTKL_PROFILE"));
  const auto store = open_profiles(context.system.environment);
  // No home folder is no profile, as in a container.
  if (!store && !asked) return std::nullopt;
  if (!store) return failure(store.error());
  auto profiles = store->load();
  if (!profiles) return failure(std::move(profiles.error()));
  const std::string name = asked.value_or(profiles->active);
  const auto found = profiles->by_name.find(name);
  if (found != profiles->by_name.end()) return NamedProfile{name, std::move(found->second)};
  if (!asked) return std::nullopt;
  return failure(ErrorCode::not_found, fmt::format("there is no profile {}", name),
                 "`ptkl profile list` shows them");
}

Outcome<NamedProfile> get_profile(const Context& context) {
  auto profile = find_profile(context);
  if (!profile) return failure(std::move(profile.error()));
  if (!*profile) return failure(not_logged_in());
  return std::move(**profile);
}

Failure not_logged_in() {
  return {{ErrorCode::unauthenticated, "not logged in"},
          "run `ptkl profile new --host URL --project NAME --username NAME`,\n"
          "      or set PTKL_HOST, PTKL_PROJECT, PTKL_USERNAME and PTKL_SECRET"};
}

std::optional<std::string> given_host(const Context& context) {
  return either(context.globals.host, context.system.environment.variable("PTKL_HOST"));
}

std::optional<std::string> given_project(const Context& context) {
  return either(context.globals.project, context.system.environment.variable("PTKL_PROJECT"));
}

std::optional<std::string> given_username(const Context& context) {
  return context.system.environment.variable("PTKL_USERNAME");
}

Outcome<Target> resolve_target(const Context& context, const std::optional<NamedProfile>& profile) {
  auto host = given_host(context);
  auto project = given_project(context);
  if (!host && profile) host = profile->profile.host;
  if (!project && profile) project = profile->profile.project;
  if (!host) return missing("host", "PTKL_HOST");
  if (!project) return missing("project", "PTKL_PROJECT");
  auto url = parse_host_url(*host);
  if (!url) return failure(std::move(url.error()));
  auto name = ProjectName::parse(*project);
  if (!name) return failure(std::move(name.error()));
  if (is_readable_on_the_way(*url)) {
    context.say(fmt::format(
        "ptkl: warning: {} is plain http: others can read secrets and tokens on the way", *url));
  }
  return Target{std::move(*url), name->text()};
}

}  // namespace ptkl::cli

#include "cli/client/target.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/loopback.h"
#include "core/project.h"
#include "http/client/url.h"

namespace ptkl::cli {
namespace {

bool has_scheme(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

/// False for the characters that begin a query or fragment, end a user, or do not belong into a URL.
bool is_url_character(char c) {
  return c > 0x20 && c < 0x7F &&
         std::string_view("@?#\"<>\\^`{|}").find(c) == std::string_view::npos;
}

std::optional<std::string> either(const std::optional<std::string>& flag,
                                  const std::optional<std::string>& variable) {
  return flag ? flag : variable;
}

/// Where a value comes from, for messages.
std::string place_of(bool is_option, std::string_view option, bool is_variable,
                     std::string_view variable) {
  if (is_option) return std::string(option);
  return is_variable ? std::string(variable) : "the profile";
}

tl::unexpected<Failure> missing(std::string_view what, std::string_view variable) {
  return failure(
      ErrorCode::invalid_argument, fmt::format("no {} given, and no profile is active", what),
      fmt::format("use --{}, set {}, or create a profile with `ptkl profile new`", what, variable));
}

}  // namespace

Result<std::string> parse_host_url(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  const std::string url = has_scheme(text) ? std::string(text) : fmt::format("https://{}", text);
  const auto parsed = http::parse_url(url);
  if (!parsed || !std::all_of(text.begin(), text.end(), is_url_character)) {
    return failure(
        ErrorCode::invalid_argument,
        "expected a URL such as https://id.example.org, without user, query or fragment");
  }
  const bool is_plain = !has_scheme(text) && is_loopback(parsed->host);
  return is_plain ? fmt::format("http://{}", text) : url;
}

bool is_plain_http_over_network(std::string_view host_url) {
  const auto url = http::parse_url(host_url);
  return !url || http::is_readable_in_transit(*url);
}

Outcome<std::optional<NamedProfile>> find_profile(const Context& context) {
  const auto requested =
      either(context.globals.profile, context.system.environment.variable("PTKL_PROFILE"));
  const auto store = open_profiles(context.system.environment);
  // Without a home directory there are no profiles, as in a container.
  if (!store && !requested) return std::nullopt;
  if (!store) return failed(store);
  auto profiles = store->load();
  if (!profiles) return failed(profiles);
  const std::string name = requested.value_or(profiles->active);
  const auto found = profiles->by_name.find(name);
  if (found != profiles->by_name.end()) return NamedProfile{name, std::move(found->second)};
  if (!requested) return std::nullopt;
  return failure(ErrorCode::not_found, fmt::format("profile {} does not exist", name),
                 "run `ptkl profile list` to see all profiles");
}

Outcome<NamedProfile> get_profile(const Context& context) {
  auto profile = find_profile(context);
  if (!profile) return failed(profile);
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
  const Environment& environment = context.system.environment;
  if (!url) {
    return option_failure(place_of(context.globals.host.has_value(), "--host",
                                   environment.variable("PTKL_HOST").has_value(), "PTKL_HOST"),
                          std::move(url.error()));
  }
  auto name = ProjectName::parse(*project);
  if (!name) {
    return option_failure(
        place_of(context.globals.project.has_value(), "--project",
                 environment.variable("PTKL_PROJECT").has_value(), "PTKL_PROJECT"),
        std::move(name.error()));
  }
  if (is_plain_http_over_network(*url)) {
    context.note(fmt::format(
        "warning: {} is plain http: others on the network can read secrets and tokens", *url));
  }
  return Target{std::move(*url), name->text()};
}

}  // namespace ptkl::cli

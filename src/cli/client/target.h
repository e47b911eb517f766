// The server, project and profile of a command: option over environment over profile.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/client/profile_store.h"
#include "cli/framework/context.h"
#include "cli/framework/failure.h"

namespace ptkl::cli {

/// An http or https URL without a slash at its end. Without a scheme it is https, or http on loopback.
/// Errors: invalid_argument when the text is not such a URL, or has a user, query or fragment.
Result<std::string> parse_host_url(std::string_view text);

/// Whether others can read what is sent there: plain http, and not to this machine.
bool is_plain_http_over_network(std::string_view host_url);

/// Where requests go.
struct Target {
  std::string host;     ///< as parse_host_url() gives it
  std::string project;  ///< a well-formed project name

  friend bool operator==(const Target&, const Target&) = default;
};

struct NamedProfile {
  std::string name;
  Profile profile;
};

/// The profile of --profile or PTKL_PROFILE, else the active one; nothing when there is none. Errors:
/// not_found when the requested one does not exist.
Outcome<std::optional<NamedProfile>> find_profile(const Context& context);

/// As find_profile(), but fails with unauthenticated when there is none.
Outcome<NamedProfile> get_profile(const Context& context);

/// Unauthenticated, with the ways to log in.
Failure not_logged_in();

/// The values of options and environment.
std::optional<std::string> given_host(const Context& context);
std::optional<std::string> given_project(const Context& context);
std::optional<std::string> given_username(const Context& context);

/// Host and project from options and environment, else from `profile`. Warns of plain http over a
/// network. Errors: invalid_argument when one of them is malformed or missing.
Outcome<Target> resolve_target(const Context& context, const std::optional<NamedProfile>& profile);

}  // namespace ptkl::cli

// Which server, project and login a command works with: flag over environment over profile.
#pragma once

#include <optional>
#include <string>

#include "cli/client/profile_store.h"
#include "cli/framework/context.h"
#include "cli/framework/failure.h"

namespace ptkl::cli {

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

/// The profile that is asked for, else the active one; nothing when there is none. Fails with
/// not_found when the one that is asked for is not there.
Outcome<std::optional<NamedProfile>> find_profile(const Context& context);

/// As above, but there must be one.
Outcome<NamedProfile> get_profile(const Context& context);

/// Unauthenticated, with the ways to log in.
Failure not_logged_in();

/// The values that flags and environment give.
std::optional<std::string> given_host(const Context& context);
std::optional<std::string> given_project(const Context& context);
std::optional<std::string> given_username(const Context& context);

/// Checks what was given, filled up from `profile`. Fails with invalid_argument when one of both is
/// malformed or nowhere to be found. Warns when plain http would cross a network.
Outcome<Target> resolve_target(const Context& context, const std::optional<NamedProfile>& profile);

}  // namespace ptkl::cli

#include <functional>
#include <utility>

#include <fmt/format.h>

#include "cli/client/profile_store.h"
#include "cli/commands/profile/profile_commands.h"

namespace ptkl::cli::profile_commands {
namespace {

/// Changes the profiles. Errors: not_found when none has that name.
Outcome<void> change(const Context& context, const std::string& name,
                     const std::function<void(Profiles&)>& apply) {
  const auto store = open_profiles(context.system.environment);
  if (!store) return failed(store);
  auto updated = store->update([&](Profiles& profiles) -> Result<void> {
    if (!profiles.by_name.contains(name)) {
      return failure(ErrorCode::not_found, fmt::format("profile {} does not exist", name));
    }
    apply(profiles);
    return {};
  });
  if (updated) return {};
  const bool is_unknown = updated.error().code == ErrorCode::not_found;
  return failure(Failure(std::move(updated.error()),
                         is_unknown ? "run `ptkl profile list` to see all profiles" : ""));
}

}  // namespace

void Use::declare(Options& options) {
  options.help(
      R"(Make a profile the active one. Commands use it unless --profile or PTKL_PROFILE names another.)",
      R"(# Use another profile
ptkl profile use work)");
  options.place("name", name, "Name of the profile");
}

Outcome<void> Use::run(Context& context) {
  auto changed = change(context, name, [this](Profiles& profiles) { profiles.active = name; });
  if (!changed) return changed;
  context.say(fmt::format("ptkl: profile {} is now active", name));
  return {};
}

void Delete::declare(Options& options) {
  options.help(
      R"(Delete a profile with its token from this machine. The token itself stays valid at the server until it
expires. If it was the active profile, no profile is active afterwards.)",
      R"(# Delete a profile
ptkl profile delete work)");
  options.place("name", name, "Name of the profile");
}

Outcome<void> Delete::run(Context& context) {
  auto changed = change(context, name, [this](Profiles& profiles) {
    profiles.by_name.erase(name);
    if (profiles.active == name) profiles.active.clear();
  });
  if (!changed) return changed;
  context.say(fmt::format("ptkl: deleted profile {}", name));
  return {};
}

}  // namespace ptkl::cli::profile_commands

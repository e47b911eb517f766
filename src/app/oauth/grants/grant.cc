#include "app/oauth/grants/grant.h"

#include <algorithm>

#include "app/oauth/grants/client_credentials.h"

namespace ptkl::app {
namespace {

constexpr Grant kGrants[] = {
    {"client_credentials", authenticate_with_client_credentials, select_scope_of_client},
};

}  // namespace

std::span<const Grant> supported_grants() { return kGrants; }

const Grant* find_grant(std::string_view grant_type) {
  const auto* found = std::find_if(std::begin(kGrants), std::end(kGrants), [&](const Grant& grant) {
    return grant.grant_type == grant_type;
  });
  return found == std::end(kGrants) ? nullptr : found;
}

}  // namespace ptkl::app

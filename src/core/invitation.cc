#include "core/invitation.h"

#include <array>
#include <string>
#include <string_view>

#include "base/random_source.h"

namespace ptkl {
namespace {

constexpr std::string_view kInvitationPrefix = "ptkli_";
constexpr std::size_t kInvitationRandomSize = 43;

}  // namespace

InvitationToken InvitationToken::make(RandomSource& source) {
  std::array<std::uint8_t, 32> random{};
  source.fill(random);
  std::string digits = to_base62(random, kInvitationRandomSize);
  std::string text;
  // Reserved first, so that growing leaves no copy of the token in memory.
  text.reserve(kInvitationPrefix.size() + kInvitationRandomSize);
  text += kInvitationPrefix;
  text += digits;
  wipe(digits);
  explicit_bzero(random.data(), random.size());
  return InvitationToken(SecretString(std::move(text)));
}

Result<InvitationToken> InvitationToken::parse(SecretString text) {
  const std::string_view all = text.reveal();
  if (all.size() != kInvitationPrefix.size() + kInvitationRandomSize ||
      !all.starts_with(kInvitationPrefix) || !is_base62(all.substr(kInvitationPrefix.size()))) {
    return failure(ErrorCode::invalid_argument, "not an invitation token");
  }
  return InvitationToken(std::move(text));
}

}  // namespace ptkl

#include "bench/fill/api_user_generator.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace ptkl::bench {
namespace {

constexpr std::array<std::string_view, 12> kTeams = {
    "billing", "search",  "checkout", "identity", "media", "logistics",
    "pricing", "support", "risk",     "catalog",  "data",  "platform"};
constexpr std::array<std::string_view, 10> kServices = {"api",    "worker", "importer", "exporter",
                                                        "sync",   "deploy", "backup",   "reports",
                                                        "mailer", "gateway"};
constexpr std::array<std::string_view, 3> kStages = {"dev", "staging", "prod"};

/// Visits every 32-bit number once, in an order from which no index benefits.
std::uint32_t scatter(std::int64_t number) {
  return static_cast<std::uint32_t>(number) * 2'654'435'761U;
}

template <std::size_t N>
std::string_view choose(const std::array<std::string_view, N>& words, std::uint32_t random) {
  return words[random % N];
}

struct Words {
  std::string_view team;
  std::string_view service;
  std::string_view stage;
};

std::string describe(const Words& words, std::uint32_t random) {
  if (random % 3 == 0) return "";
  return fmt::format("{} of the {} team, {}", words.service, words.team, words.stage);
}

}  // namespace

ApiUserGenerator::ApiUserGenerator(Plan plan, RandomSource& source, SecretHasher& hasher,
                                   SlotAllocator& slots)
    : plan_(std::move(plan)), source_(source), hasher_(hasher), slots_(slots) {}

GeneratedApiUser ApiUserGenerator::next() {
  const std::int64_t number = number_++;
  const Timestamp created_at = time_of(number);
  const std::uint32_t chance = random();
  const Words words{choose(kTeams, chance), choose(kServices, chance >> 8),
                    choose(kStages, chance >> 16)};
  Secret secret = Secret::make(source_);
  std::string hash = to_base64url(hasher_.hash(secret));
  GeneratedApiUser user{.id = source_.make_uuid(created_at).text(),
                        .username = fmt::format("{}-{}-{}-{:08x}", words.team, words.service,
                                                words.stage, scatter(number)),
                        .description = describe(words, chance >> 20),
                        .roles = choose_roles(),
                        .secret = std::move(secret),
                        .hash = std::move(hash),
                        .slot = slots_.allocate(),
                        .created_at = created_at,
                        .last_used_at = {},
                        .last_used_from = {}};
  if (chance % 5 == 0) return user;
  const auto age = plan_.now - created_at;
  user.last_used_at = created_at + age * (chance % 1000) / 1000;
  user.last_used_from = fmt::format("10.{}.{}.{}", chance >> 24, chance >> 16 & 255, chance & 255);
  return user;
}

Timestamp ApiUserGenerator::time_of(std::int64_t number) const {
  constexpr std::chrono::milliseconds kAges = std::chrono::days(730);
  return plan_.now - kAges + kAges / plan_.api_users * number;
}

std::vector<std::string> ApiUserGenerator::choose_roles() {
  // The smaller of two random numbers, so that the first roles are more common than the last ones.
  const auto count = static_cast<std::uint32_t>(plan_.roles.size());
  const std::uint32_t first = std::min(random() % count, random() % count);
  if (random() % 10 < 7) return {plan_.roles[first]};
  return {plan_.roles[first], plan_.roles[(first + 1) % count]};
}

std::uint32_t ApiUserGenerator::random() {
  std::array<std::uint8_t, 4> bytes{};
  source_.fill(bytes);
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | bytes[3];
}

}  // namespace ptkl::bench

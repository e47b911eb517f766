// The facts that an audit event records about an entity before or after a change.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ptkl {

/// Facts by name, such as `{{"username", "ci-bot"}, {"level", std::int64_t{20}}}`. A SecretString does not
/// convert to a Value, so it cannot be recorded. Requires: names are ASCII.
class AuditDetails {
 public:
  /// null, true or false, a whole number, a text, or a list of texts.
  using Value =
      std::variant<std::monostate, bool, std::int64_t, std::string, std::vector<std::string>>;

  AuditDetails() = default;
  AuditDetails(std::initializer_list<std::pair<const std::string, Value>> facts) : facts_(facts) {}

  void set(std::string name, Value value) { facts_[std::move(name)] = std::move(value); }
  bool empty() const { return facts_.empty(); }

  /// One JSON object in canonical form (RFC 8785); an empty string when there are no facts.
  std::string to_json() const;

 private:
  std::map<std::string, Value> facts_;
};

}  // namespace ptkl

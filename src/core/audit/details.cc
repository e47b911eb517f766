#include "core/audit/details.h"

#include "core/audit/canonical_json.h"

namespace ptkl {
namespace {

std::string to_json(const std::vector<std::string>& texts) {
  std::string json = "[";
  for (const std::string& text : texts) {
    if (json.size() > 1) json += ',';
    json += to_canonical_json(text);
  }
  return json + ']';
}

struct AddTo {
  CanonicalObject& object;
  const std::string& name;

  void operator()(std::monostate) const { object.add_json(name, ""); }
  void operator()(bool truth) const { object.add_json(name, truth ? "true" : "false"); }
  void operator()(std::int64_t number) const { object.add_integer(name, number); }
  void operator()(const std::string& text) const { object.add_text(name, text); }
  void operator()(const std::vector<std::string>& texts) const {
    object.add_json(name, to_json(texts));
  }
};

}  // namespace

std::string AuditDetails::to_json() const {
  if (facts_.empty()) return {};
  CanonicalObject object;
  for (const auto& [name, value] : facts_) std::visit(AddTo{object, name}, value);
  return std::move(object).finish();
}

}  // namespace ptkl

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "base/random_source.h"
#include "core/secret.h"

namespace ptkl {
namespace {

class DrawnSource final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = *rc::gen::arbitrary<std::uint8_t>();
  }
};

RC_GTEST_PROP(SecretProperty, IsReadAsItWasMade, ()) {
  DrawnSource source;
  const Secret made = Secret::make(source);
  const auto read = Secret::parse(made.text().clone());
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->id() == made.id());
  RC_ASSERT(made.text().reveal().size() == 66U);
}

RC_GTEST_PROP(SecretProperty, IsRefusedWithOneCharacterChanged, ()) {
  DrawnSource source;
  std::string text(Secret::make(source).text().reveal());
  const auto place = *rc::gen::inRange<std::size_t>(0, text.size());
  const auto other = *rc::gen::elementOf(std::string(kBase62Digits));
  RC_PRE(text[place] != other);
  text[place] = other;
  RC_ASSERT(!Secret::parse(SecretString(std::move(text))).has_value());
}

RC_GTEST_PROP(SecretProperty, IsNoOtherText, (const std::string& text)) {
  RC_ASSERT(!Secret::parse(SecretString(std::string_view(text))).has_value());
  RC_ASSERT(!Secret::parse(SecretString("ptkl_" + text)).has_value());
}

}  // namespace
}  // namespace ptkl

#include "crypto/random.h"

#include <openssl/rand.h>

#include "base/check.h"

namespace ptkl::crypto {
namespace {

class OpenSslRandom final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    // Without random bytes, no operation is safe.
    PTKL_CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  }
};

}  // namespace

std::unique_ptr<RandomSource> make_random_source() { return std::make_unique<OpenSslRandom>(); }

}  // namespace ptkl::crypto

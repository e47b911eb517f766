#include "base/secret_string.h"

#include <cstring>
#include <utility>

namespace ptkl {

void wipe(std::string& text) {
  // The unused capacity too: a shortened string keeps its old tail there.
  text.resize(text.capacity());
  explicit_bzero(text.data(), text.size());
  text.clear();
}

SecretString::SecretString(std::string&& text) : text_(std::move(text)) { wipe(text); }

SecretString::SecretString(SecretString&& other) noexcept : text_(std::move(other.text_)) {
  wipe(other.text_);
}

SecretString& SecretString::operator=(SecretString&& other) noexcept {
  if (this != &other) {
    wipe(text_);
    text_ = std::move(other.text_);
    wipe(other.text_);
  }
  return *this;
}

SecretString::~SecretString() { wipe(text_); }

}  // namespace ptkl

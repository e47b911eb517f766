// A secret text: wiped when destroyed, never printed, never compared with ==.
#pragma once

#include <string>
#include <string_view>

#include <fmt/core.h>

namespace ptkl {

/// Owns a secret, a password or a token. Moving empties the source. It cannot be copied implicitly, so that
/// the code shows every place that holds the text. Only reveal() gives access.
class SecretString {
 public:
  SecretString() = default;
  /// Takes ownership of the text and wipes the caller's copy where it was stored inline.
  explicit SecretString(std::string&& text);
  explicit SecretString(std::string_view text) : text_(text) {}
  SecretString(SecretString&& other) noexcept;
  SecretString& operator=(SecretString&& other) noexcept;
  SecretString(const SecretString&) = delete;
  SecretString& operator=(const SecretString&) = delete;
  ~SecretString();

  /// The text, for hashing, sending or showing it once. Valid while this object lives.
  std::string_view reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  SecretString clone() const { return SecretString(std::string_view(text_)); }

  friend bool operator==(const SecretString&, const SecretString&) = delete;

 private:
  std::string text_;
};

/// Overwrites `text` in a way that the compiler may not leave out, and empties it.
void wipe(std::string& text);

}  // namespace ptkl

/// A secret in a format string does not compile.
template <>
struct fmt::formatter<ptkl::SecretString> {
  formatter() = delete;
};

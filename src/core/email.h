// The login name of a user.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl {

/// An address that mail can be sent to (RFC 5321 §4.1.2), without quoted local parts, comments and
/// address literals, in lower case, at most 254 characters. Holding an Email means that the text was
/// validated; two that differ only in case are equal.
class Email {
 public:
  /// Errors: invalid_argument if `text` is not of that form.
  static Result<Email> parse(std::string_view text);
  const std::string& text() const { return text_; }
  friend bool operator==(const Email&, const Email&) = default;

 private:
  explicit Email(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace ptkl

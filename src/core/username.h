// The login name of an API user.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl {

/// `^[a-z0-9][a-z0-9._-]{0,63}$`: no `@`, because an email identifies a user. Holding a Username
/// means that the text was validated.
class Username {
 public:
  /// Errors: invalid_argument if `text` is not of that form, or is a uuid, since `--uuid` takes both.
  static Result<Username> parse(std::string_view text);
  const std::string& text() const { return text_; }
  friend bool operator==(const Username&, const Username&) = default;

 private:
  explicit Username(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace ptkl

#include "core/passwords/password_rules.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "core/name_rules.h"

namespace ptkl {
namespace {

// How many characters must remain of a password without the names that an attacker knows. Names shorter than
// kMinNameCharacters are ignored.
constexpr std::size_t kMinUnknownCharacters = 8;
constexpr std::size_t kMinNameCharacters = 3;
constexpr std::size_t kMaxRows = 3;

// Sequences of keyboards and of the alphabet; each is read in both directions.
constexpr std::string_view kRows[] = {
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1a2s3d4f5g6h7j8k9l",
    "!@#$%^&*()",
};

tl::unexpected<Error> refuse(std::string message) {
  return invalid_field("password", std::move(message));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return is_lower_or_digit(c) && !is_digit(c); }

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// A copy that wipes itself.
SecretString in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = to_ascii_lower(c);
  return SecretString(std::move(lower));
}

/// The shortest text whose repetition starts with `text`.
std::string_view pattern_of(std::string_view text) {
  for (std::size_t size = 1; size < text.size(); ++size) {
    if (text.substr(size) == text.substr(0, text.size() - size)) return text.substr(0, size);
  }
  return text;
}

bool follow_each_other(char left, char right) {
  if (left == right) return true;
  return std::any_of(std::begin(kRows), std::end(kRows), [&](std::string_view row) {
    const auto stands_in = [&](char first, char second) {
      for (std::size_t at = row.find(first); at != std::string_view::npos;
           at = row.find(first, at + 1)) {
        if (at + 1 < row.size() && row[at + 1] == second) return true;
      }
      return false;
    };
    return stands_in(left, right) || stands_in(right, left);
  });
}

std::size_t count_rows(std::string_view text) {
  std::size_t rows = text.empty() ? 0 : 1;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (!follow_each_other(text[i - 1], text[i])) ++rows;
  }
  return rows;
}

bool is_common(std::string_view text) {
  const auto common = common_passwords();
  return std::binary_search(common.begin(), common.end(), text);
}

/// `text` without the characters at its ends that are not letters: `password` of `!password2026`.
std::string_view core_of(std::string_view text) {
  // Bytes of a character beyond ASCII count as letters.
  const auto is_part = [](char c) { return is_lower(c) || static_cast<unsigned char>(c) >= 0x80; };
  const auto first = std::find_if(text.begin(), text.end(), is_part);
  const auto last = std::find_if(text.rbegin(), text.rend(), is_part).base();
  if (first >= last) return {};
  return text.substr(static_cast<std::size_t>(first - text.begin()),
                     static_cast<std::size_t>(last - first));
}

/// `text` without all occurrences of `name`.
SecretString without(const SecretString& text, std::string_view name) {
  std::string rest(text.reveal());
  if (name.size() < kMinNameCharacters) return SecretString(std::move(rest));
  for (std::size_t at = rest.find(name); at != std::string::npos; at = rest.find(name, at)) {
    rest.erase(at, name.size());
  }
  return SecretString(std::move(rest));
}

/// Whether `text` is `name` with few characters around it, which an attacker tries too.
bool is_little_more_than(const SecretString& text, std::string_view name) {
  const SecretString rest = without(text, name);
  const std::string_view unknown = rest.reveal();
  if (unknown.size() == text.reveal().size()) return false;
  return count_code_points(unknown) < kMinUnknownCharacters || core_of(unknown).empty();
}

Result<void> check_length(std::string_view password) {
  if (count_code_points(password) < kMinPasswordCharacters) {
    return refuse("expected at least " + std::to_string(kMinPasswordCharacters) + " characters");
  }
  if (password.size() > kMaxPasswordBytes) {
    return refuse("expected at most " + std::to_string(kMaxPasswordBytes) + " bytes");
  }
  return {};
}

}  // namespace

Result<void> check_password(const SecretString& password, const Email& email,
                            const ProjectName& project) {
  if (auto fits = check_length(password.reveal()); !fits) return fits;
  const SecretString lower = in_lower_case(password.reveal());
  const std::string_view text = lower.reveal();
  if (is_common(text) || is_common(core_of(text))) {
    return refuse("this password is one of the most common ones; choose another password password");
  }
  if (count_code_points(pattern_of(text)) < kMinPasswordCharacters) {
    return refuse("a repeated short text is easy to guess; choose another password");
  }
  if (count_rows(text) <= kMaxRows) {
    return refuse(
        "sequences of the alphabet or of a keyboard are easy to guess; choose another password");
  }
  const std::string_view address = email.text();
  for (const std::string_view name :
       {address, address.substr(0, address.find('@')), std::string_view(project.text())}) {
    if (is_little_more_than(lower, name)) {
      return refuse(
          "must not consist of your email or the project's name and a few more characters");
    }
  }
  return {};
}

}  // namespace ptkl

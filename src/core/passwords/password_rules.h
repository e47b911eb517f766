// The rules for the passwords of users.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.h"
#include "base/secret_string.h"
#include "core/email.h"
#include "core/project.h"

namespace ptkl {

inline constexpr std::size_t kMinPasswordCharacters = 12;
inline constexpr std::size_t kMaxPasswordBytes = 1024;

/// Checks a new password. Errors: invalid_argument, naming the field `password` and never the password itself, for
/// one that is
///  - shorter or longer than the two bounds (characters are code points),
///  - a common one, in any case, with or without digits and punctuation around it,
///  - a repeated short text: abcabcabcabc,
///  - a few sequences of the alphabet, of digits or of a keyboard: qwertyuiop123,
///  - little more than the email, its local part or the project's name.
Result<void> check_password(const SecretString& password, const Email& email,
                            const ProjectName& project);

/// The most common passwords, from common_passwords.txt: in lower case, sorted, without duplicates.
std::span<const std::string_view> common_passwords();

}  // namespace ptkl

// The wording of usage errors in both programs, whose command lines CLI11 parses.
#pragma once

#include <string>
#include <string_view>

namespace ptkl::process {

/// The option or argument that a message of CLI11 begins with: `--uuid` of "--uuid is required", `<name>` of
/// "name is required".
std::string subject_of(std::string_view message);

/// `--uuid is required`, for CLI11's RequiredError.
std::string describe_missing(std::string_view message);

/// `--uuid: a value is required`, `specify --uuid only once` or `--quiet takes no value`, for CLI11's
/// ArgumentMismatch.
std::string describe_mismatch(std::string_view message);

}  // namespace ptkl::process

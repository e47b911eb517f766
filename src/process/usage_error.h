// The wording of usage errors in both programs, whose command lines CLI11 parses, and the word that was
// probably meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ptkl::process {

/// The option or argument that a message of CLI11 begins with: `--uuid` of "--uuid is required", `<name>` of
/// "name is required".
std::string subject_of(std::string_view message);

/// `--uuid is required`, for CLI11's RequiredError.
std::string describe_missing(std::string_view message);

/// `--uuid: a value is required`, `specify --uuid only once` or `--quiet takes no value`, for CLI11's
/// ArgumentMismatch.
std::string describe_mismatch(std::string_view message);

/// How many letters must be added, dropped, changed or swapped with their neighbour to get from one
/// word to the other.
std::size_t edit_distance(std::string_view from, std::string_view to);

/// The candidate closest to `word`, unless it is too different.
std::optional<std::string> find_nearest(std::string_view word,
                                        const std::vector<std::string>& candidates);

/// The hint for an unknown `word`: "did you mean `--listen`?", or nothing when no candidate is close to it.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// `message` with `hint`, unless that is empty, as a second line: "…\nhint: did you mean `--listen`?".
std::string with_hint(std::string message, std::string_view hint);

}  // namespace ptkl::process

#include "process/usage_error.h"

namespace ptkl::process {

std::string subject_of(std::string_view message) {
  const std::string name(message.substr(0, message.find_first_of(": ")));
  return name.starts_with('-') ? name : '<' + name + '>';
}

std::string describe_missing(std::string_view message) {
  return subject_of(message) + " is required";
}

std::string describe_mismatch(std::string_view message) {
  const std::string subject = subject_of(message);
  const auto contains = [&](std::string_view text) {
    return message.find(text) != std::string_view::npos;
  };
  if (contains("At Most")) return "specify " + subject + " only once";
  if (contains("missing") || contains("At least")) return subject + ": a value is required";
  return subject + " takes no value";
}

}  // namespace ptkl::process

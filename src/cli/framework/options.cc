#include "cli/framework/options.h"

#include <utility>

#include <CLI/App.hpp>
#include <fmt/format.h>

#include "base/integer.h"
#include "process/duration.h"

namespace ptkl::cli {
namespace {

/// Stands for "no value" of an option whose value is optional: no argument can hold a NUL.
const std::string kNoValue(1, '\0');

/// `--uuid` of `-u,--uuid`.
std::string last_name(const std::string& names) {
  const std::size_t comma = names.rfind(',');
  return comma == std::string::npos ? names : names.substr(comma + 1);
}

/// CLI11 takes the next argument for a required value, even when that is another option.
std::string fault_of_word(const std::string& word) {
  if (word.empty()) return "the value must not be empty";
  if (word.size() > 1 && word.front() == '-') return "a value is required";
  return "";
}

std::string fault_of_words(const std::vector<std::string>& words) {
  if (words.size() == 1 && words.front().empty()) return "";
  for (const std::string& word : words) {
    if (std::string fault = fault_of_word(word); !fault.empty()) return fault;
  }
  return "";
}

std::vector<std::string> without_the_empty_word(const std::vector<std::string>& words) {
  if (words.size() == 1 && words.front().empty()) return {};
  return words;
}

template <class Target>
auto take_word(Target& target) {
  return [&target](const std::vector<std::string>& values) {
    std::string fault = fault_of_word(values.back());
    if (fault.empty()) target = values.back();
    return fault;
  };
}

template <class Target>
auto take_words(Target& target) {
  return [&target](const std::vector<std::string>& values) {
    std::string fault = fault_of_words(values);
    if (fault.empty()) target = without_the_empty_word(values);
    return fault;
  };
}

}  // namespace

CLI::Option* Options::add(OptionNames names, std::string_view help, Take take) {
  auto [option_names, placeholder] = process::split_option_names(names);
  auto callback = [name = last_name(option_names), take = std::move(take)](const Values& values) {
    if (std::string fault = take(values); !fault.empty()) throw CLI::ValidationError(name, fault);
    return true;
  };
  CLI::Option* const option = app_.add_option(option_names, std::move(callback), std::string(help));
  // The first is for messages, the second for the help. Without them, CLI11 writes its own texts.
  return option->type_name(placeholder)->option_text(placeholder.empty() ? " " : placeholder);
}

void Options::word(OptionNames names, std::string& target, std::string_view help) {
  add(names, help, take_word(target))->required();
}

void Options::word(OptionNames names, std::optional<std::string>& target, std::string_view help) {
  add(names, help, take_word(target));
}

void Options::words(OptionNames names, std::vector<std::string>& target, std::string_view help) {
  add(names, help, take_words(target))->expected(CLI::detail::expected_max_vector_size)->required();
}

void Options::words(OptionNames names, std::optional<std::vector<std::string>>& target,
                    std::string_view help) {
  add(names, help, take_words(target))->expected(CLI::detail::expected_max_vector_size);
}

void Options::place(std::string_view name, std::string& target, std::string_view help) {
  add(name, help, take_word(target))->required();
}

void Options::text(OptionNames names, std::optional<std::string>& target, std::string_view help) {
  add(names, help, [&target](const Values& values) {
    target = values.back();
    return std::string();
  });
}

void Options::number(OptionNames names, std::optional<std::int64_t>& target,
                     std::string_view help) {
  add(names, help, [&target](const Values& values) -> std::string {
    const auto number = parse_integer<std::int64_t>(values.back());
    if (!number) return "must be a whole number";
    target = number;
    return "";
  });
}

void Options::duration(OptionNames names, std::optional<std::chrono::seconds>& target,
                       std::string_view help) {
  add(names, help, [&target](const Values& values) -> std::string {
    const auto duration = process::parse_duration(values.back());
    if (!duration) return duration.error().message;
    target = *duration;
    return "";
  });
}

void Options::flag(OptionNames names, bool& target, std::string_view help) {
  app_.add_flag_callback(
      std::string(names), [&target] { target = true; }, std::string(help));
}

void Options::format(OptionNames names, Format& target, std::string_view help) {
  add(names, help, [&target](const Values& values) -> std::string {
    if (values.back() == "json") {
      target = Format::json;
    } else if (values.back() == "table") {
      target = Format::table;
    } else {
      return "must be json or table";
    }
    return "";
  });
}

void Options::secret(OptionNames names, SecretOption& target, std::string_view help) {
  secrets_.push_back(&target);
  add(names, help,
      [&target](const Values& values) {
        const std::string& value = values.back();
        target.source = value == kNoValue ? SecretOption::Source::prompt
                        : value == "-"    ? SecretOption::Source::standard_input
                                          : SecretOption::Source::argument;
        if (target.source == SecretOption::Source::argument) target.value = SecretString(value);
        return std::string();
      })
      ->expected(0, 1)
      ->default_str(kNoValue);
}

void Options::keep_short_help_free() { app_.set_help_flag("--help", "Print this help"); }

}  // namespace ptkl::cli

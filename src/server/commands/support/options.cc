#include "server/commands/support/options.h"

#include <utility>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>

namespace ptkl::server::commands {
namespace {

template <class Target>
CLI::Option* add_option(CLI::App& app, OptionNames names, Target& target, const std::string& help) {
  const process::SplitOptionNames text = process::split_option_names(names);
  return app.add_option(text.names, target, help)->type_name(text.placeholder);
}

/// CLI11 hides a group without a name.
const char* group_of(Options::Help shown) {
  return shown == Options::Help::shown ? "Settings" : "";
}

}  // namespace

void Options::text(OptionNames names, std::string& target, const std::string& help) {
  add_option(*app_, names, target, help);
}

void Options::required_text(OptionNames names, std::string& target, const std::string& help) {
  add_option(*app_, names, target, help)->required();
}

void Options::texts(OptionNames names, std::vector<std::string>& target, const std::string& help) {
  add_option(*app_, names, target, help);
}

void Options::flag(OptionNames names, bool& target, const std::string& help) {
  app_->add_flag(std::string(names), target, help);
}

void Options::format(std::string& target) {
  const CLI::Validator is_format(
      [](const std::string& value) {
        return value == "json" || value == "table" ? std::string() : "expected json or table";
      },
      "");
  add_option(*app_, "-f,--format <json|table>", target, "Output format (default: table)")
      ->check(is_format);
}

void Options::setting(OptionNames names, const std::function<void(const std::string&)>& take,
                      const std::string& help, Help shown) {
  const process::SplitOptionNames text = process::split_option_names(names);
  app_->add_option_function<std::string>(text.names, take, help)
      ->type_name(text.placeholder)
      ->group(group_of(shown));
}

void Options::switch_setting(OptionNames names, std::function<void()> take, const std::string& help,
                             Help shown) {
  app_->add_flag_callback(std::string(names), std::move(take), help)->group(group_of(shown));
}

void Options::collect_unknown_arguments() { app_->allow_extras(); }

std::vector<std::string> Options::unknown_arguments() const { return app_->remaining(); }

std::vector<std::string> Options::long_names() const {
  std::vector<std::string> names;
  for (const CLI::Option* option : app_->get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

}  // namespace ptkl::server::commands

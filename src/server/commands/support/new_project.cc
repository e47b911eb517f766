#include "server/commands/support/new_project.h"

#include <ostream>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "base/secret_string.h"
#include "core/text_list.h"
#include "process/duration.h"
#include "process/text_table.h"
#include "server/commands/support/result_output.h"
#include "wire/json.h"

namespace ptkl::server::commands {
namespace {

Result<std::chrono::seconds> parse_token_lifetime(const std::string& text) {
  const auto lifetime = process::parse_duration(text);
  if (!lifetime) return failed(lifetime);
  if (const auto checked = check_token_lifetime(*lifetime); !checked) return failed(checked);
  return *lifetime;
}

/// More than the output for any project.
constexpr std::size_t kReservedBytes = 4096;

/// `{project, issuer, uuid, username, secret}`. The secret is appended by hand, because Boost.JSON frees its
/// buffers without wiping them; a secret contains no character that JSON escapes.
std::string to_json(const app::CreatedProject& created, const std::string& issuer) {
  std::string text =
      wire::to_text(boost::json::object{{"project", created.project.name.text()},
                                        {"issuer", issuer},
                                        {"uuid", created.owner.id.text()},
                                        {"username", created.owner.username.text()}});
  text.pop_back();
  return fmt::format("{},\"secret\":\"{}\"}}\n", text, created.secret.text().reveal());
}

std::string to_table(const app::CreatedProject& created, const std::string& issuer) {
  std::vector<process::NamedCell> cells = {
      {"project", {std::string(created.project.name.text())}},
      {"issuer", {issuer}},
      {"uuid", {created.owner.id.text()}},
      {"username", {std::string(created.owner.username.text())}},
      {"secret", {std::string(created.secret.text().reveal())}}};
  std::string text = process::to_field_table(cells, {});
  wipe(cells.back().value.text);
  return text;
}

}  // namespace

void CreateProjectFlags::declare(Options& options) {
  options.text("--token-lifetime <duration>", token_lifetime_,
               "Lifetime of tokens, 1m to 24h (default: 1h)");
  options.texts("--resource <uri>", resources_,
                "Further audience that clients can request (RFC 8707); may be repeated");
  declare_algorithm(options, algorithm_);
}

Result<app::CreateProject> CreateProjectFlags::parse(const std::string& name,
                                                     const std::string& name_place) const {
  std::vector<FieldError> faults;
  auto parsed_name = ProjectName::parse(name);
  if (!parsed_name) faults.push_back({name_place, parsed_name.error().message});
  const auto lifetime = parse_token_lifetime(token_lifetime_);
  if (!lifetime) faults.push_back({"--token-lifetime", lifetime.error().message});
  auto resources = AudienceSet::parse(join_words(resources_));
  if (!resources) faults.push_back({"--resource", resources.error().message});
  const auto algorithm = parse_signing_algorithm(algorithm_);
  if (!algorithm) faults.push_back({"--algorithm", algorithm.error().message});
  if (!faults.empty()) {
    return failure(Error{ErrorCode::invalid_argument, "the project is invalid", faults});
  }
  return app::CreateProject{std::move(*parsed_name), *lifetime, std::move(*resources), *algorithm};
}

void declare_algorithm(Options& options, std::string& algorithm) {
  options.text("--algorithm <ES256|EdDSA|RS256>", algorithm,
               "Algorithm that signs tokens (default: ES256)");
}

std::vector<FieldError> faults_of(const Result<app::CreateProject>& project) {
  return project ? std::vector<FieldError>() : project.error().fields;
}

void CreatedProjectOutput::declare(Options& options) {
  options.format(format_);
  options.text("-o,--output <file>", file_name_,
               "Write to this file, with mode 0600, instead of stdout");
  options.flag("--force", force_, "Let --output replace an existing file");
  options.flag("-q,--quiet", quiet_, "Print only the secret");
}

Result<void> CreatedProjectOutput::open() {
  const bool is_to_file = !file_name_.empty() && file_name_ != "-";
  if (force_ && !is_to_file) return invalid_field("--force", "requires --output <file>");
  if (!is_to_file) return {};
  auto file = process::PrivateFile::open(
      file_name_, kReservedBytes, force_ ? process::IfThere::replace : process::IfThere::refuse);
  if (!file && file.error().code == ErrorCode::conflict) {
    return failure(
        ErrorCode::conflict,
        file.error().message + "\nhint: use another --output, or add --force to replace it");
  }
  if (!file) return failed(file);
  file_ = std::move(*file);
  return {};
}

Result<void> CreatedProjectOutput::show(const app::CreatedProject& created,
                                        const std::string& issuer, const Context& context) {
  const SecretString text(quiet_              ? std::string(created.secret.text().reveal()) + '\n'
                          : format_ == "json" ? to_json(created, issuer)
                                              : to_table(created, issuer));
  if (file_) {
    auto kept = file_->commit(text.reveal());
    if (kept || !file_->place()) return kept;
    context.err << "ptkld: warning: " << kept.error().message << '\n';
    return {};
  }
  if (auto printed = print(text.reveal(), context); !printed) return printed;
  if (!quiet_) context.err << "ptkld: the secret is not shown again; store it safely\n";
  return {};
}

}  // namespace ptkl::server::commands

#include "server/commands/support/created_project_output.h"

#include <ostream>
#include <utility>

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "wire/json.h"

namespace ptkl::server::commands {
namespace {

/// More than what is shown of any project.
constexpr std::size_t kReservedBytes = 4096;

/// `{project, issuer, uuid, username, secret}`. Put together by hand, because Boost.JSON frees its
/// buffers without wiping them; a secret has no character that JSON escapes.
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
  return fmt::format("PROJECT   {}\nISSUER    {}\nUUID      {}\nUSERNAME  {}\nSECRET    {}\n",
                     created.project.name.text(), issuer, created.owner.id.text(),
                     created.owner.username.text(), created.secret.text().reveal());
}

}  // namespace

void CreatedProjectOutput::declare(Options& options) {
  options.format(format_);
  options.text("-o,--output FILE", file_name_, "Write there, mode 0600, instead of stdout");
  options.flag("--force", force_, "Replace the file if it exists");
  options.flag("-q,--quiet", quiet_, "Print only the secret");
}

Result<void> CreatedProjectOutput::open() {
  const bool is_to_file = !file_name_.empty() && file_name_ != "-";
  if (force_ && !is_to_file) return invalid_field("--force", "requires --output FILE");
  if (!is_to_file) return {};
  auto file = process::PrivateFile::open(
      file_name_, kReservedBytes, force_ ? process::IfThere::replace : process::IfThere::refuse);
  if (!file && file.error().code == ErrorCode::conflict) {
    return failure(
        ErrorCode::conflict,
        file.error().message + "\nhint: give another --output, or add --force to replace it");
  }
  if (!file) return failure(file.error());
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
  context.out << text.reveal() << std::flush;
  if (!context.out) return failure(ErrorCode::internal, "cannot write to stdout");
  if (!quiet_) context.err << "ptkld: the secret is not shown again; keep it safe\n";
  return {};
}

}  // namespace ptkl::server::commands

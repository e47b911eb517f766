// ptkld dev
#include <filesystem>
#include <optional>
#include <ostream>
#include <utility>

#include "base/temporary_folder.h"
#include "process/interrupt.h"
#include "process/private_file.h"
#include "server/commands/command.h"
#include "server/commands/support/config_flags.h"
#include "server/commands/support/dev_login.h"
#include "server/commands/support/new_project.h"
#include "server/database/initialize.h"
#include "server/runtime/serve.h"
#include "server/runtime/signals.h"

namespace ptkl::server::commands {
namespace {

constexpr std::string_view kDevSettings[] = {
    "data", "database", "listen", "log_level", "log_format", "drain_timeout", "status_list_ttl"};

constexpr const char* kProject = "dev";

Result<TemporaryFolder> create_temporary_folder() {
  std::error_code error;
  const auto parent = std::filesystem::temp_directory_path(error);
  if (error) {
    return failure(ErrorCode::internal, "no usable temporary directory: " + error.message() +
                                            "\nhint: set TMPDIR to a directory that exists");
  }
  return TemporaryFolder::create(parent, "ptkld-dev-");
}

std::filesystem::path secret_file(const Config& config) { return config.data / "owner.secret"; }

/// An existing file belongs to another server, because only `dev` writes one.
Error about_kept_secret(Error error) {
  if (error.code == ErrorCode::conflict) {
    error.message += " without its database; move it away, or use another --data";
  }
  return error;
}

/// Does not connect to PostgreSQL: if that is set up already, initialize() fails.
bool is_set_up(const Config& config, const MasterKeyFile& master_key) {
  std::error_code ignored;
  return config.database.is_postgresql() ? std::filesystem::exists(secret_file(config), ignored)
                                         : require_database(config, master_key).has_value();
}

/// Stores the owner's secret beside the database, so that the next run over the same folder can log in. Only
/// `dev` does this.
Result<void> initialize_if_empty(const Config& config, const MasterKeyFile& master_key,
                                 SigningAlgorithm algorithm, Logger& log) {
  if (is_set_up(config, master_key)) return {};
  auto name = ProjectName::parse(kProject);
  if (!name) return failed(name);
  const process::HoldSignals until_done;
  bool is_kept = false;
  // The longest token lifetime, so that no second login is needed while trying ptkl out.
  auto done = initialize(
      {config.data, master_key, {std::move(*name), kMaxTokenLifetime, {}, algorithm}},
      config.database, log, [&](const app::CreatedProject& created) -> Result<void> {
        auto file = process::PrivateFile::open(secret_file(config), 0, process::IfThere::refuse);
        if (!file) return failure(about_kept_secret(file.error()));
        auto kept = (*file)->commit(created.secret.text().reveal());
        is_kept = (*file)->place().has_value();
        return kept;
      });
  // A secret without its API user would look like one of a database that is set up.
  if (is_kept && !done && done.error().code != ErrorCode::outcome_unknown) {
    std::error_code ignored;
    std::filesystem::remove(secret_file(config), ignored);
  }
  return done;
}

Result<SecretString> read_owner_secret(const Config& config) {
  auto secret = process::read_private_file(secret_file(config), process::ReadableBy::owner_only);
  if (secret || secret.error().code != ErrorCode::not_found) return secret;
  return failure(ErrorCode::conflict, "the data in " + config.data.string() +
                                          " was not created by `ptkld dev`; use `ptkld serve`");
}

class Dev final : public Command {
 public:
  process::HelpText help() const override {
    return {
        "Create and run a server for trying ptkl out, and log `ptkl` in.\n\n"
        "The server uses plain HTTP on loopback. Its project is `dev`; `ptkl` gets a profile "
        "`dev`, which becomes the active one. Tokens are valid for 24 hours.\n\n"
        "Without --data, everything is deleted when the command ends, by Ctrl-C or because its "
        "terminal is closed. With --data, the data stay, and the next run uses them again. That "
        "folder then contains the secret of the API user `owner` in the file owner.secret.",
        "# Try ptkl out on any free port; everything is deleted at the end\n"
        "ptkld dev --listen 127.0.0.1:0\n\n"
        "# Keep the data, and use EdDSA for tokens\n"
        "ptkld dev --data ./ptkl-data --algorithm EdDSA"};
  }

  void declare(Options& options) override {
    declare_algorithm(options, algorithm_);
    config_.declare(options, kDevSettings);
  }

  Result<void> run(const Context& context) override {
    auto config = config_.load(context);
    if (!config) return failed(config);
    if (!config->listen.is_loopback() || config->has_tls()) {
      return invalid_field("--listen", "`ptkld dev` serves plain HTTP on loopback only");
    }
    const auto algorithm = parse_signing_algorithm(algorithm_);
    if (!algorithm) return invalid_field("--algorithm", algorithm.error().message);
    // From here on a stop signal waits until the temporary folder can be removed.
    block_signals(stop_signals(Hangup::stop));
    std::optional<TemporaryFolder> temporary;
    if (config->data.empty() && config->database.is_postgresql()) {
      return invalid_field("--data",
                           "required: without the master key, which is in that folder, the "
                           "PostgreSQL database could not be used again");
    }
    if (config->data.empty()) {
      auto created = create_temporary_folder();
      if (!created) return failed(created);
      temporary.emplace(std::move(*created));
      config->data = temporary->path();
    }
    return run_over(*config, *algorithm, context);
  }

 private:
  static Result<void> run_over(const Config& config, SigningAlgorithm algorithm,
                               const Context& context) {
    const auto log = make_logger(config);
    auto credentials = find_credentials(config, context);
    if (!credentials) return failed(credentials);
    if (auto initialized =
            initialize_if_empty(config, credentials->master_key_file, algorithm, *log);
        !initialized) {
      return initialized;
    }
    auto secret = read_owner_secret(config);
    if (!secret) return failed(secret);
    std::optional<DevLogin> log_in;
    // A closed terminal stops the server, so that it leaves nothing behind.
    return server::serve(config, std::move(*credentials), *log, Hangup::stop,
                         [&](const std::string& url) -> Result<void> {
                           context.err << "ptkld: the data folder is " << config.data.string()
                                       << '\n';
                           context.out << "listening on " << url << std::endl;
                           if (!context.out)
                             return failure(ErrorCode::internal, "cannot write to stdout");
                           log_in.emplace(DevAccount{url, kProject, "owner", std::move(*secret)},
                                          context.environment);
                           return {};
                         });
  }

  std::string algorithm_ = std::string(to_text(kDefaultSigningAlgorithm));
  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_dev() { return std::make_unique<Dev>(); }

}  // namespace ptkl::server::commands

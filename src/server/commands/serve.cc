// ptkld serve
#include "server/runtime/serve.h"

#include <ostream>

#include "server/commands/command.h"
#include "server/commands/support/config_flags.h"

namespace ptkl::server::commands {
namespace {

class Serve final : public Command {
 public:
  void declare(Options& options) override {
    config_.declare(options);
    options.footer(
        "Example:\n  ptkld serve --data /var/lib/ptkl --listen 127.0.0.1:8420 "
        "--public-url https://id.example.com");
  }

  Result<void> run(const Context& context) override {
    const auto config = config_.load(context);
    if (!config) return failure(config.error());
    const auto log = make_logger(*config);
    auto credentials = find_credentials(*config, context);
    if (!credentials) return failure(credentials.error());
    return server::serve(*config, std::move(*credentials), *log, Hangup::reload,
                         [&](const std::string& url) { return announce(url, context); });
  }

 private:
  static Result<void> announce(const std::string& url, const Context& context) {
    context.out << "listening on " << url << std::endl;
    if (!context.out) return failure(ErrorCode::internal, "cannot write to stdout");
    return {};
  }

  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_serve() { return std::make_unique<Serve>(); }

}  // namespace ptkl::server::commands

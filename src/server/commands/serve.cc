// ptkld serve
#include "server/runtime/serve.h"

#include <ostream>

#include "server/commands/command.h"
#include "server/commands/support/config_flags.h"

namespace ptkl::server::commands {
namespace {

class Serve final : public Command {
 public:
  process::HelpText help() const override {
    return {
        "Run the server until SIGTERM or SIGINT.\n\n"
        "When the server is ready, it prints one line on stdout, `listening on URL`. The log goes"
        " to stderr. The database must exist (see `ptkld init`); an older schema is migrated "
        "first.\n\n"
        "SIGTERM and SIGINT stop the server: it finishes accepted requests within drain_timeout "
        "and exits with 0. Another one, a second or more later, ends it immediately. SIGHUP "
        "reloads the TLS certificate and key; if that fails, the previous ones stay in use.",
        "# Serve on loopback, behind a proxy that terminates TLS\n"
        "ptkld serve --data /var/lib/ptkl --public-url https://id.example.com\n\n"
        "# Serve with TLS on every address\n"
        "ptkld serve --data /var/lib/ptkl --listen 0.0.0.0:443 \\\n"
        "  --tls-certificate chain.pem --tls-key key.pem \\\n"
        "  --public-url https://id.example.com"};
  }

  void declare(Options& options) override { config_.declare(options); }

  Result<void> run(const Context& context) override {
    const auto config = config_.load(context);
    if (!config) return failed(config);
    const auto log = make_logger(*config);
    auto credentials = find_credentials(*config, context);
    if (!credentials) return failed(credentials);
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

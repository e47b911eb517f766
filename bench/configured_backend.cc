#include "bench/configured_backend.h"

#include <cstdlib>
#include <utility>

#include "server/config/config.h"
#include "server/config/database_config.h"
#include "server/database/data_folder.h"

namespace ptkl::bench {

Result<ConfiguredBackend> open_configured_backend(const std::filesystem::path& data) {
  server::Config config;
  config.data = data;
  if (const char* url = std::getenv("PTKLD_DATABASE")) {
    auto parsed = server::parse_postgres_url(url);
    if (!parsed) return failure(std::move(parsed.error()));
    config.database.url = std::move(*parsed);
  }
  auto master_key = server::read_master_key(server::find_master_key_file(config, {}));
  if (!master_key) return failure(std::move(master_key.error()));
  auto log = make_stderr_logger(LogFormat::text, LogLevel::warning);
  auto services = server::open_services(config, *master_key, *log);
  if (!services) return failure(std::move(services.error()));
  return ConfiguredBackend{std::move(*master_key), std::move(log), std::move(*services)};
}

}  // namespace ptkl::bench

// The objects behind the use cases, each built once.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/ports.h"
#include "base/result.h"
#include "crypto/master_key.h"

namespace ptkl::server {

/// Owns what app::Ports refers to.
class Backend {
 public:
  virtual ~Backend() = default;
  /// Valid as long as this object and `log`. `public_url` has no slash at its end.
  virtual app::Ports ports(std::string public_url) = 0;
};

/// Opens or creates the database, brings it up to date, and makes sure that it belongs to the master
/// key: fails with invalid_argument when it does not, with unavailable when it cannot be opened.
Result<std::unique_ptr<Backend>> open_backend(const std::filesystem::path& database_file,
                                              const crypto::MasterKey& master_key, Logger& log);

}  // namespace ptkl::server

// Certificates made for one test.
#pragma once

#include <filesystem>
#include <string>

namespace ptkl::http::testing {

/// A self-signed certificate and its key as PEM files, in a folder that goes with this object.
class Certificate {
 public:
  /// `subject_alternative_name` as OpenSSL writes it: `IP:127.0.0.1`.
  explicit Certificate(const std::string& subject_alternative_name);
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  ~Certificate();

  std::string file() const { return folder_ / "certificate.pem"; }
  std::string key_file() const { return folder_ / "key.pem"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace ptkl::http::testing

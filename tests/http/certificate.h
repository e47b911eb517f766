// Certificates that are created for one test.
#pragma once

#include <filesystem>
#include <string>

namespace ptkl::http::testing {

/// A self-signed certificate and its key as PEM files, in a folder that is removed with this object.
class Certificate {
 public:
  /// `subject_alternative_name` as OpenSSL writes it: `IP:127.0.0.1`.
  /// Valid from yesterday to tomorrow.
  explicit Certificate(const std::string& subject_alternative_name, long serial = 1);
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  ~Certificate();

  std::string file() const { return folder_ / "certificate.pem"; }
  std::string key_file() const { return folder_ / "key.pem"; }

  /// Copies both files of `other` over these, as a renewal does.
  void replace_with(const Certificate& other) const;
  /// The same key in PEM, encrypted with a passphrase.
  std::string encrypted_key() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace ptkl::http::testing

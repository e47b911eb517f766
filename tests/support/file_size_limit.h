// A limit on the size of files, which simulates a full disk.
#pragma once

#include <csignal>
#include <sys/resource.h>

namespace ptkl::testing {

/// While it lives, no file of this process can grow beyond that many bytes.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : on_signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, on_signal_);
  }

 private:
  rlimit before_{};
  void (*on_signal_)(int);
};

}  // namespace ptkl::testing

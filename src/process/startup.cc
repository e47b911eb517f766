#include "process/startup.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <exception>
#include <fcntl.h>
#include <memory>
#include <new>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <system_error>
#include <typeinfo>
#include <unistd.h>

#include "process/interrupt.h"

namespace ptkl::process {
namespace {

/// Opens /dev/null for closed standard streams. Otherwise the next opened file or connection would get the
/// number of one, and output would be written there. Output streams are opened for reading, so that writing
/// to them fails.
void reserve_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) < 0) static_cast<void>(::open("/dev/null", O_RDONLY));
  }
}

constexpr const char* kReportIt = "this is a bug: report it with the command, but without secrets";

struct FreeText {
  void operator()(char* text) const { std::free(text); }
};

/// Allocates nothing, because memory may have run out. An empty `hint` is left out.
void write_report(const char* what, const char* detail, const char* hint) noexcept {
  std::array<char, 512> text{};
  std::snprintf(text.data(), text.size(), "%s: internal error: %s%s%s\n%s%s%s",
                program_invocation_short_name, what, *detail == '\0' ? "" : ": ", detail,
                *hint == '\0' ? "" : "hint: ", hint, *hint == '\0' ? "" : "\n");
  (void)!::write(STDERR_FILENO, text.data(), std::strlen(text.data()));
}

const char* describe(const std::error_code& code) noexcept {
  const bool is_of_system =
      code.category() == std::system_category() || code.category() == std::generic_category();
  const char* const text = is_of_system ? ::strerrordesc_np(code.value()) : nullptr;
  return text == nullptr ? "" : text;
}

void report_type(const std::exception& thrown, const char* detail, const char* hint) noexcept {
  const char* const name = typeid(thrown).name();
  int status = 0;
  const std::unique_ptr<char, FreeText> readable(
      abi::__cxa_demangle(name, nullptr, nullptr, &status));
  write_report(readable ? readable.get() : name, detail, hint);
}

/// Requires: an exception is being handled.
void report_current_exception() noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    write_report("out of memory", "", "");
  } catch (const std::system_error& thrown) {
    report_type(thrown, describe(thrown.code()), "");
  } catch (const std::exception& thrown) {
    report_type(thrown, "", kReportIt);
  } catch (...) {
    write_report("an exception of an unknown type", "", kReportIt);
  }
}

[[noreturn]] void end_process() noexcept {
  if (std::current_exception()) {
    report_current_exception();
  } else {
    write_report("std::terminate was called", "", kReportIt);
  }
  clean_up_before_exit();
  ::_exit(static_cast<int>(ExitCode::failed));
}

}  // namespace

void protect_process() {
  const rlimit none = {};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  reserve_standard_descriptors();
}

ExitCode run_guarded(const std::function<ExitCode()>& body) noexcept {
  std::set_terminate(&end_process);
  try {
    return body();
  } catch (...) {
    report_current_exception();
    return ExitCode::failed;
  }
}

}  // namespace ptkl::process

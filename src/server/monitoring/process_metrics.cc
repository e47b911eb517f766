#include "server/monitoring/process_metrics.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace ptkl::server {
namespace {

prometheus::MetricFamily make_family(std::string name, std::string help,
                                     prometheus::MetricType type, double value) {
  prometheus::ClientMetric metric;
  (type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return {std::move(name), std::move(help), type, {std::move(metric)}};
}

/// The field with this number in proc(5), at least 3: the second one may contain spaces.
std::optional<double> read_stat_field(int number) {
  std::ifstream file("/proc/self/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  std::string field;
  for (int i = 3; i <= number; ++i) fields >> field;
  return fields ? std::optional<double>(std::stod(field)) : std::nullopt;
}

/// The time at which the machine was started. Units: seconds since 1970.
std::optional<double> read_boot_time() {
  std::ifstream file("/proc/stat");
  std::string key;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    double value = 0;
    if (fields >> key >> value && key == "btime") return value;
  }
  return std::nullopt;
}

std::optional<double> count_open_files() {
  std::error_code error;
  double count = 0;
  for (std::filesystem::directory_iterator it("/proc/self/fd", error), end; !error && it != end;
       it.increment(error)) {
    ++count;
  }
  return error ? std::nullopt : std::optional<double>(count);
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

std::vector<prometheus::MetricFamily> read_process_metrics() {
  using prometheus::MetricType;
  constexpr int kStartTimeField = 22;
  constexpr int kResidentPagesField = 24;
  std::vector<prometheus::MetricFamily> families;
  const auto add_gauge = [&](const char* name, const char* help, std::optional<double> value) {
    if (value) families.push_back(make_family(name, help, MetricType::Gauge, *value));
  };
  families.push_back(make_family("process_cpu_seconds_total",
                                 "User and system CPU time, in seconds.", MetricType::Counter,
                                 cpu_seconds()));
  const auto pages = read_stat_field(kResidentPagesField);
  if (pages) {
    add_gauge("process_resident_memory_bytes", "Resident memory, in bytes.",
              *pages * static_cast<double>(::sysconf(_SC_PAGESIZE)));
  }
  const auto ticks = read_stat_field(kStartTimeField);
  const auto boot_time = read_boot_time();
  if (ticks && boot_time) {
    add_gauge("process_start_time_seconds", "Start time of the process, in Unix time.",
              *boot_time + *ticks / static_cast<double>(::sysconf(_SC_CLK_TCK)));
  }
  add_gauge("process_open_fds", "Open file descriptors.", count_open_files());
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    add_gauge("process_max_fds", "Maximum number of open file descriptors.",
              static_cast<double>(limit.rlim_cur));
  }
  return families;
}

}  // namespace ptkl::server

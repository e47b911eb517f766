// One libFuzzer program: the target that PTKL_FUZZ_TARGET names. It starts with the seeds of seeds.cc and the
// corpus folders of the command line.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/check.h"
#include "fuzz/targets.h"

namespace {

using Input = void (*)(std::string_view);

Input find_target() {
  for (const ptkl::fuzz::Target& target : ptkl::fuzz::targets()) {
    if (target.name == PTKL_FUZZ_TARGET) return target.run;
  }
  return nullptr;
}

/// A new folder with one file per seed.
std::string write_seeds() {
  std::string folder = std::filesystem::temp_directory_path() / "ptkl-fuzz-XXXXXX";
  PTKL_CHECK(mkdtemp(folder.data()) != nullptr);
  int number = 0;
  for (const std::string& seed : ptkl::fuzz::seeds(PTKL_FUZZ_TARGET)) {
    std::ofstream(folder + "/" + std::to_string(++number), std::ios::binary) << seed;
  }
  return folder;
}

}  // namespace

// The two names are libFuzzer's.
// NOLINTBEGIN(readability-identifier-naming)
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  static std::vector<char*> arguments(*argv, *argv + *argc);
  static std::string seeds = write_seeds();
  arguments.push_back(seeds.data());
  *argc = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  *argv = arguments.data();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Input kRun = find_target();
  PTKL_CHECK(kRun != nullptr);
  kRun({reinterpret_cast<const char*>(data), size});
  return 0;
}
// NOLINTEND(readability-identifier-naming)

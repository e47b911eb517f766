#include "cli/output/progress.h"

#include "process/progress_bar.h"

namespace ptkl::cli {

Progress::Progress(const Context& context, std::int64_t total, std::string_view unit)
    : context_(context),
      total_(total),
      unit_(unit),
      visible_(context.system.terminal.is_terminal(Stream::errors)) {}

Progress::~Progress() {
  if (visible_) (void)context_.system.terminal.write(Stream::errors, "\r\x1b[K");
}

void Progress::show(std::int64_t done) {
  if (!visible_) return;
  (void)context_.system.terminal.write(Stream::errors,
                                       '\r' + process::progress_text({done, total_}, unit_));
}

}  // namespace ptkl::cli

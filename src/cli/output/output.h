// Where and how the result of a command is printed: -f, -o and -q.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/framework/context.h"
#include "cli/framework/failure.h"
#include "cli/framework/options.h"
#include "cli/output/table.h"
#include "process/private_file.h"

namespace ptkl::cli {

/// The options of every command that prints data.
struct OutputOptions {
  Format format = Format::table;
  std::optional<std::string> file;  ///< absent or `-`: stdout
  bool quiet = false;
  bool force = false;  ///< replace the file of a value that is shown only once
  process::IfThere if_there = process::IfThere::replace;

  void declare(Options& options);
  /// For a command that shows a value only once, such as a secret: does not replace an existing file,
  /// because it may hold another such value. Adds `--force`, which replaces it.
  void declare_for_one_time_value(Options& options);

  bool is_to_file() const { return file && *file != "-"; }
};

/// How the results of a command look.
struct Layout {
  std::span<const Column> columns;
  std::string_view quiet_key;  ///< the main value
};

/// Open it before the request is sent, so that nothing is created that cannot be printed.
class Output {
 public:
  /// Errors: internal when the file cannot be written; conflict when it exists and may not be replaced;
  /// invalid_argument on `--force` without a file.
  static Outcome<Output> open(const OutputOptions& options, const Context& context);

  /// Each once, at the end. Warns when the file is there but may not survive a power failure. Errors:
  /// conflict when a file that may not be replaced has appeared since open(); the output is then in saved_beside(), which the hint names.
  Outcome<void> show(const boost::json::array& list, const Layout& layout);
  Outcome<void> show(const boost::json::object& object, const Layout& layout);
  /// Writes the text itself, whatever the format.
  Outcome<void> show_text(std::string_view text);

  /// Writes a piece of a result that is too large to hold; finish() follows the last one. A file appears
  /// with finish() only.
  Outcome<void> write(std::string_view piece);
  Outcome<void> finish();

  /// The file that holds the output after a failure, beside the one that was asked for.
  const std::optional<std::filesystem::path>& saved_beside() const { return saved_beside_; }

 private:
  Output(const OutputOptions& options, const Context& context,
         std::unique_ptr<process::PrivateFile> file);
  TableStyle style() const;
  Outcome<void> finish_beside(Failure failed);

  OutputOptions options_;
  Context context_;
  std::unique_ptr<process::PrivateFile> file_;
  std::optional<std::filesystem::path> saved_beside_;
};

}  // namespace ptkl::cli

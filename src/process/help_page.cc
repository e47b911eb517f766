#include "process/help_page.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

namespace ptkl::process {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kGap = 2;
/// A longer name stands on a line of its own.
constexpr std::size_t kWidestName = 28;

/// Breaks `text` between words, at newlines too. The first line begins at column `used`; the others are
/// indented by `indent`. A word that is wider than a line keeps its line to itself.
std::string wrapped(std::string_view text, std::size_t used, std::size_t indent) {
  std::istringstream words{std::string(text)};
  std::string out;
  std::size_t column = used;
  bool is_first = true;
  for (std::string word; words >> word;) {
    if (!is_first && column + 1 + word.size() > kHelpWidth) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (!is_first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    is_first = false;
  }
  return out;
}

/// Joins and wraps the lines of each paragraph; keeps lines that begin with a space.
std::string paragraphs(std::string_view text) {
  std::istringstream lines{std::string(text)};
  std::string out;
  std::string paragraph;
  const auto flush = [&] {
    if (!paragraph.empty()) out += wrapped(paragraph, 0, 0) + '\n';
    paragraph.clear();
  };
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == ' ') {
      flush();
      out += line + '\n';
    } else {
      paragraph += line + '\n';
    }
  }
  flush();
  return out;
}

std::string indented(std::string_view text) {
  std::istringstream lines{std::string(text)};
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    out += line.empty() ? "\n" : std::string(kIndent, ' ') + line + '\n';
  }
  return out;
}

std::size_t name_width(const std::vector<HelpEntry>& entries) {
  std::size_t width = 0;
  for (const HelpEntry& entry : entries) {
    if (entry.name.size() <= kWidestName) width = std::max(width, entry.name.size());
  }
  return width;
}

std::string to_text(const HelpSection& section) {
  std::string out = section.title + ":\n";
  const std::size_t column = kIndent + name_width(section.entries) + kGap;
  for (const HelpEntry& entry : section.entries) {
    out += std::string(kIndent, ' ') + entry.name;
    const std::size_t used = kIndent + entry.name.size();
    out += used + kGap > column ? '\n' + std::string(column, ' ') : std::string(column - used, ' ');
    out += wrapped(entry.text, column, column) + '\n';
  }
  return out;
}

}  // namespace

std::string option_label(std::string_view short_name, std::string_view long_name,
                         std::string_view placeholder) {
  std::string label = short_name.empty() ? std::string(4, ' ') : fmt::format("-{}", short_name);
  if (!long_name.empty()) {
    if (!short_name.empty()) label += ", ";
    label += fmt::format("--{}", long_name);
  }
  if (!placeholder.empty()) label += fmt::format(" {}", placeholder);
  return label;
}

std::string to_text(const HelpPage& page) {
  std::string out = paragraphs(page.text.about);
  out += fmt::format("\nUsage: {}\n", wrapped(page.usage, 7, 7));
  for (const HelpSection& section : page.sections) {
    if (!section.entries.empty()) out += '\n' + to_text(section);
  }
  if (!page.text.examples.empty()) out += "\nExamples:\n" + indented(page.text.examples);
  if (!page.footer.empty()) out += '\n' + paragraphs(page.footer);
  return out;
}

}  // namespace ptkl::process

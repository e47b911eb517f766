// JSON strings, written.
#pragma once

#include <string>
#include <string_view>

namespace ptkl {

/// Appends `value`, which is UTF-8, as a JSON string with its quotes, escaped in the canonical form
/// (RFC 8785 §3.2.2.2): quotes, backslashes and control characters. Appends at most
/// 2 + 6 * value.size() bytes, so a caller that reserves these leaves no copy behind.
void append_json_string(std::string_view value, std::string& text);

}  // namespace ptkl

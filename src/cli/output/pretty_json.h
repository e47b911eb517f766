// Indented JSON, safe to show on a terminal.
#pragma once

#include <string>

#include <boost/json/value.hpp>

namespace ptkl::cli {

/// Two spaces per level and a newline at the end. Control characters are escaped.
std::string pretty_json(const boost::json::value& value);

}  // namespace ptkl::cli

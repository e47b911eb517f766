#include "wire/problem.h"

#include <utility>
#include <vector>

#include "wire/json.h"

namespace ptkl::wire {
namespace {

ErrorCode code_of_status(int status) {
  switch (status) {
    case 401:
      return ErrorCode::unauthenticated;
    case 403:
      return ErrorCode::permission_denied;
    case 404:
      return ErrorCode::not_found;
    case 409:
      return ErrorCode::conflict;
    case 412:
      return ErrorCode::precondition_failed;
    case 429:
      return ErrorCode::rate_limited;
    case 502:
    case 503:
    case 504:
      return ErrorCode::unavailable;
    default:
      return status >= 400 && status < 500 ? ErrorCode::invalid_argument : ErrorCode::internal;
  }
}

ErrorCode code_of_name(std::string_view name, int status) {
  for (const ErrorCode code :
       {ErrorCode::invalid_argument, ErrorCode::unauthenticated, ErrorCode::permission_denied,
        ErrorCode::not_found, ErrorCode::conflict, ErrorCode::precondition_failed,
        ErrorCode::rate_limited, ErrorCode::unavailable, ErrorCode::outcome_unknown,
        ErrorCode::internal}) {
    if (to_text(code) == name) return code;
  }
  return code_of_status(status);
}

/// Except for 429, RFC 6749's code is more precise than the status.
ErrorCode code_of_oauth_error(std::string_view name, int status) {
  if (status == 429) return ErrorCode::rate_limited;
  if (name == "invalid_client") return ErrorCode::unauthenticated;
  if (name == "temporarily_unavailable") return ErrorCode::unavailable;
  return code_of_status(status);
}

/// The member; empty where there is no such text.
std::string text_or_empty(const boost::json::object& object, std::string_view key) {
  return std::string(find_text(object, key).value_or(""));
}

std::vector<FieldError> field_errors(const boost::json::object& problem) {
  std::vector<FieldError> fields;
  const auto* errors = find_array(problem, "errors");
  if (errors == nullptr) return fields;
  for (const auto& item : *errors) {
    if (const auto* error = item.if_object()) {
      fields.push_back({text_or_empty(*error, "field"), text_or_empty(*error, "message")});
    }
  }
  return fields;
}

boost::json::object parse_object(std::string_view json) {
  auto value = parse_json(json);
  return value && value->is_object() ? std::move(value->get_object()) : boost::json::object();
}

/// `message`, or a text about the status when it is empty.
std::string message_or_status(std::string message, int status) {
  return message.empty() ? "the server responded with status " + std::to_string(status)
                         : std::move(message);
}

}  // namespace

boost::json::object to_problem(const Error& error, int status, std::string_view title,
                               std::string_view request_id) {
  boost::json::object problem{{"type", "about:blank"},
                              {"title", title},
                              {"status", status},
                              {"detail", error.message},
                              {"code", to_text(error.code)},
                              {"request_id", request_id}};
  if (error.fields.empty()) return problem;
  boost::json::array errors;
  for (const FieldError& field : error.fields) {
    errors.push_back(boost::json::object{{"field", field.field}, {"message", field.message}});
  }
  problem["errors"] = std::move(errors);
  return problem;
}

Error parse_problem(std::string_view json, int status) {
  const boost::json::object problem = parse_object(json);
  std::string detail = text_or_empty(problem, "detail");
  if (detail.empty()) detail = text_or_empty(problem, "title");
  return Error{code_of_name(text_or_empty(problem, "code"), status),
               message_or_status(std::move(detail), status), field_errors(problem)};
}

std::string_view to_text(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::unauthenticated:
      return "unauthenticated";
    case ErrorCode::permission_denied:
      return "permission_denied";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::precondition_failed:
      return "precondition_failed";
    case ErrorCode::rate_limited:
      return "rate_limited";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::outcome_unknown:
      return "outcome_unknown";
    case ErrorCode::internal:
      return "internal";
  }
  return "";
}

boost::json::object to_json(const OAuthError& error) {
  return {{"error", to_text(error.code)}, {"error_description", error.description}};
}

Error parse_oauth_error(std::string_view json, int status) {
  const boost::json::object object = parse_object(json);
  return Error{code_of_oauth_error(text_or_empty(object, "error"), status),
               message_or_status(text_or_empty(object, "error_description"), status)};
}

}  // namespace ptkl::wire

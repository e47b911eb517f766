#include "server/mail/mail_message.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/utf8.h"

namespace ptkl::server {
namespace {

// Cannot occur in a body, because quoted-printable allows only a hex digit or the end of the line after `=`
// (RFC 2045 §6.7).
constexpr std::string_view kBoundary = "=_ptkl_part";
constexpr std::size_t kMaxLine = 76;          // RFC 2045 §6.7
constexpr std::size_t kMaxPlainHeader = 200;  // RFC 5322 §2.1.1: at most 998
constexpr std::size_t kMaxEncodedWordBytes =
    42;  // as base64 56 characters, with its frame 68 of 75

/// RFC 5322 §3.3.
std::string date_text(Timestamp time) {
  constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format(
      "{}, {} {} {} {:02}:{:02}:{:02} +0000", kDays.at(std::chrono::weekday(day).c_encoding()),
      static_cast<unsigned>(date.day()), kMonths.at(static_cast<unsigned>(date.month()) - 1),
      static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
      clock.seconds().count());
}

/// Whether `text` can be used in a header without encoding.
bool is_plain(std::string_view text) {
  const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
  return text.size() <= kMaxPlainHeader && std::all_of(text.begin(), text.end(), is_printable) &&
         text.find("=?") == std::string_view::npos;
}

/// The whole characters at the beginning of `text` that fit into one encoded word.
std::string_view next_word(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size()) {
    const std::size_t character = std::max<std::size_t>(1, utf8_size(text.substr(size)));
    if (size + character > kMaxEncodedWordBytes) break;
    size += character;
  }
  return text.substr(0, size);
}

/// RFC 2047 §2, one word per line.
std::string encoded_words(std::string_view text) {
  std::string words;
  while (!text.empty()) {
    const std::string_view word = next_word(text);
    if (!words.empty()) words += "\r\n ";
    words += fmt::format("=?UTF-8?B?{}?=", to_base64(as_bytes(word)));
    text.remove_prefix(word.size());
  }
  return words;
}

std::string header_text(std::string_view text) {
  return is_plain(text) ? std::string(text) : encoded_words(text);
}

/// RFC 5322 §3.2.4.
std::string quoted_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string sender_text(const MailSender& sender) {
  if (sender.name.empty()) return sender.address.text();
  const std::string name =
      is_plain(sender.name) ? quoted_string(sender.name) : encoded_words(sender.name);
  return fmt::format("{} <{}>", name, sender.address.text());
}

/// Writes quoted-printable (RFC 2045 §6.7).
class QuotedPrintable {
 public:
  explicit QuotedPrintable(std::string& out) : out_(out) {}

  void write(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      const bool ends_line = i + 1 == text.size() || text[i + 1] == '\n';
      if (c == '\n') {
        end_line("\r\n");
      } else if (is_literal(c) || (c == ' ' && !ends_line)) {
        put(text.substr(i, 1));
      } else {
        escape(c);
      }
    }
  }

 private:
  /// False for a dot at the beginning of a line, which could end the mail in SMTP.
  bool is_literal(char c) const {
    const bool begins_line = column_ == 0 || column_ + 1 >= kMaxLine;
    return c > ' ' && c <= '~' && c != '=' && !(c == '.' && begins_line);
  }

  void escape(char c) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    const std::array<char, 3> escaped = {'=', kDigits[byte >> 4], kDigits[byte & 15]};
    put({escaped.data(), escaped.size()});
  }

  void put(std::string_view piece) {
    if (column_ + piece.size() >= kMaxLine) end_line("=\r\n");
    out_ += piece;
    column_ += piece.size();
  }

  void end_line(std::string_view end) {
    out_ += end;
    column_ = 0;
  }

  std::string& out_;
  std::size_t column_ = 0;
};

void append_part(std::string& message, std::string_view type, const SecretString& body) {
  message += fmt::format(
      "--{}\r\nContent-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: "
      "quoted-printable\r\n\r\n",
      kBoundary, type);
  QuotedPrintable(message).write(body.reveal());
  message += "\r\n";
}

std::string header_of(const Mail& mail, const MailOrigin& origin) {
  return fmt::format(
      "Date: {}\r\n"
      "Message-ID: <{}>\r\n"
      "From: {}\r\n"
      "To: {}\r\n"
      "Subject: {}\r\n"
      "Auto-Submitted: auto-generated\r\n"
      "MIME-Version: 1.0\r\n"
      "Content-Type: multipart/alternative; boundary=\"{}\"\r\n"
      "\r\n",
      date_text(origin.date), origin.message_id, sender_text(origin.sender), mail.to.text(),
      header_text(mail.subject), kBoundary);
}

}  // namespace

SecretString to_message(const Mail& mail, const MailOrigin& origin) {
  std::string message;
  // Each byte takes at most four, with soft line ends. Reserved, because growing would leave unwiped copies.
  message.reserve(4096 + 4 * (mail.text.reveal().size() + mail.html.reveal().size()));
  message += header_of(mail, origin);
  append_part(message, "text/plain", mail.text);
  append_part(message, "text/html", mail.html);
  message += fmt::format("--{}--\r\n", kBoundary);
  return SecretString(std::move(message));
}

}  // namespace ptkl::server

#include "app/users/invitation_mail.h"

#include <array>
#include <chrono>
#include <iterator>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace ptkl::app {
namespace {

// More than either body needs with the longest values. Reserved first, so that growing leaves no copy
// of the link in memory.
constexpr std::size_t kMaxBodyBytes = 16 * 1024;

constexpr std::string_view kText = R"({inviter} invites you to the project {project}
at {server}.

To accept, open this link and choose a password:

{link}

The link works once, until {expires}.

From then on you log in with your email address, {to},
and the password that you choose.

If you did not expect this mail, ignore it: nothing happens unless you accept.
Do not forward the link: anyone who opens it can accept the invitation in your place.
)";

// Inline styles and relative widths, since mail readers drop everything else.
constexpr std::string_view kHtml = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Invitation to {project}</title>
</head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1c1c1e;font-family:sans-serif;font-size:16px;line-height:1.5">
<div style="max-width:560px">
<p><strong>{inviter}</strong> invites you to the project <strong>{project}</strong> at {server}.</p>
<p><a href="{link}" style="display:inline-block;padding:10px 18px;background:#1a4fb4;color:#ffffff;border-radius:6px;text-decoration:none">Accept and choose a password</a></p>
<p>Or open this link:<br><a href="{link}" style="color:#1a4fb4;word-break:break-all">{link}</a></p>
<p>The link works once, until <strong>{expires}</strong>.</p>
<p>From then on you log in with your email address, {to}, and the password that you choose.</p>
<p style="color:#5a5a60">If you did not expect this mail, ignore it: nothing happens unless you accept. Do not forward the link: anyone who opens it can accept the invitation in your place.</p>
</div>
</body>
</html>
)";

/// `4 December 2026, 11:48 UTC`, independent of the locale.
std::string to_words(Timestamp time) {
  constexpr std::array<std::string_view, 12> kMonths = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{} {} {}, {:02}:{:02} UTC", static_cast<unsigned>(date.day()),
                     kMonths.at(static_cast<unsigned>(date.month()) - 1),
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count());
}

SecretString html_escaped(std::string_view text) {
  std::string escaped;
  escaped.reserve(6 * text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return SecretString(std::move(escaped));
}

/// Fills `pattern` with values that `escape` has escaped.
template <class Escape>
SecretString fill(std::string_view pattern, const InvitationMail& invitation, Escape escape) {
  const auto inviter = escape(invitation.inviter);
  const auto server = escape(invitation.server);
  const auto to = escape(invitation.to.text());
  const auto link = escape(invitation.link.reveal());
  std::string text;
  text.reserve(kMaxBodyBytes);
  fmt::format_to(std::back_inserter(text), fmt::runtime(pattern),
                 fmt::arg("inviter", inviter.reveal()), fmt::arg("server", server.reveal()),
                 fmt::arg("project", invitation.project.text()), fmt::arg("to", to.reveal()),
                 fmt::arg("link", link.reveal()),
                 fmt::arg("expires", to_words(invitation.expires_at)));
  return SecretString(std::move(text));
}

}  // namespace

Mail to_mail(const InvitationMail& invitation) {
  const auto as_it_is = [](std::string_view text) { return SecretString(text); };
  return {invitation.to, fmt::format("Invitation to the project {}", invitation.project.text()),
          fill(kText, invitation, as_it_is), fill(kHtml, invitation, html_escaped)};
}

}  // namespace ptkl::app

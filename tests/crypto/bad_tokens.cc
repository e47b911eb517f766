#include "crypto/bad_tokens.h"

#include <stdexcept>
#include <utility>

#include "crypto/hmac_sha256.h"
#include "crypto/jws.h"
#include "crypto/public_key_texts.h"
#include "wire/json.h"

namespace ptkl::crypto {
namespace {

std::string encoded(std::string_view json) { return to_base64url(as_bytes(json)); }

/// `text` with the only occurrence of `part` replaced. Requires: `part` occurs in `text`.
std::string replaced(std::string text, std::string_view part, std::string_view replacement) {
  const std::size_t at = text.find(part);
  if (at == std::string::npos) throw std::logic_error("not there: " + std::string(part));
  return text.replace(at, part.size(), replacement);
}

std::string alg_of(const Forge& forge) { return std::string(to_text(forge.key().algorithm)); }

/// The header with another algorithm.
std::string header_with_alg(const Forge& forge, std::string_view alg) {
  return replaced(forge.header(), '"' + alg_of(forge) + '"', '"' + std::string(alg) + '"');
}

/// The header with one more member at its beginning.
std::string header_and(const Forge& forge, std::string_view member) {
  return '{' + std::string(member) + ',' + forge.header().substr(1);
}

std::string header_with_kid(const Forge& forge, std::string_view kid_json) {
  return replaced(forge.header(), '"' + forge.key().kid + '"', kid_json);
}

/// The claims with one claim set to a JSON text, or removed if the text is empty.
std::string claims_with(const std::string& claims, std::string_view name, std::string_view json) {
  boost::json::object object = wire::parse_json(claims).value().as_object();
  if (json.empty()) {
    object.erase(name);
  } else {
    object[name] = wire::parse_json(json).value();
  }
  return wire::to_text(object);
}

/// The segment with its last character's unused bits set: the same bytes for a lenient decoder.
std::string non_canonical(std::string_view json) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string padded(json);
  // With white space at the end, which JSON allows, until the last character has bits to spare.
  while (padded.size() % 3 == 0) padded += ' ';
  std::string segment = encoded(padded);
  segment.back() = kAlphabet[kAlphabet.find(segment.back()) + 1];
  return segment;
}

void append(std::vector<BadToken>& to, std::vector<BadToken> more) {
  for (BadToken& row : more) to.push_back(std::move(row));
}

}  // namespace

TokenUnderAttack make_token_under_attack(const Forge& forge, const Forge& stranger,
                                         std::string claims) {
  std::string valid = forge.sign(forge.header(), claims);
  return {forge, stranger, std::move(claims), std::move(valid)};
}

std::vector<BadToken> with_other_algorithms(const TokenUnderAttack& token) {
  const Forge& forge = token.forge;
  const std::string payload = encoded(token.claims);
  const std::string signature(split_jws(token.valid).value().signature);
  std::vector<BadToken> rows;
  for (const char* none : {"none", "None", "NONE", "nOnE", ""}) {
    const std::string input = encoded(header_with_alg(forge, none)) + '.' + payload + '.';
    const std::string what = "alg \"" + std::string(none) + '"';
    rows.push_back({what + " without a signature", input});
    rows.push_back({what + " with the old signature", input + signature});
    rows.push_back({what + ", signed", forge.sign(header_with_alg(forge, none), token.claims)});
  }
  for (const char* other : {"ES256", "ES384", "EdDSA", "RS256", "PS256", "HS256", "es256"}) {
    if (other == alg_of(forge)) continue;
    rows.push_back({std::string(other) + ", signed by our own key",
                    forge.sign(header_with_alg(forge, other), token.claims)});
  }
  const std::string hs256 = encoded(header_with_alg(forge, "HS256")) + '.' + payload;
  for (const PublicKeyText& key : public_key_texts(forge.key())) {
    const HmacSha256 hmac(as_bytes(key.text));
    rows.push_back({"HS256 under " + key.what, hs256 + '.' + to_base64url(hmac.hash(hs256))});
  }
  const std::string alg_member = R"("alg":")" + alg_of(forge) + R"(",)";
  append(rows,
         {{"no alg, signed", forge.sign(replaced(forge.header(), alg_member, ""), token.claims)},
          {"alg twice, signed", forge.sign(header_and(forge, R"("alg":"none")"), token.claims)},
          {"alg a list, signed", forge.sign(replaced(forge.header(), '"' + alg_of(forge) + '"',
                                                     "[\"" + alg_of(forge) + "\"]"),
                                            token.claims)},
          {"no signature", encoded(forge.header()) + '.' + payload + '.'},
          {"zeros for a signature",
           encoded(forge.header()) + '.' + payload + '.' + to_base64url(Bytes(64))}});
  return rows;
}

std::vector<BadToken> with_other_keys(const TokenUnderAttack& token) {
  const auto& [forge, stranger, claims, valid] = token;
  const std::string strangers_jwk = R"("jwk":)" + stranger.key().public_jwk;
  return {
      {"another key", stranger.sign(stranger.header(), claims)},
      {"another key under this kid", stranger.sign(forge.header(), claims)},
      {"this key under another kid", forge.sign(stranger.header(), claims)},
      {"another key that the header brings along",
       stranger.sign(header_and(forge, strangers_jwk), claims)},
      {"another key that the header brings along, under its own kid",
       stranger.sign(header_and(stranger, strangers_jwk), claims)},
      {"the signature of other claims",
       encoded(forge.header()) + '.' + encoded(claims) + '.' +
           std::string(split_jws(forge.sign(forge.header(), claims + ' ')).value().signature)},
  };
}

std::vector<BadToken> with_other_headers(const TokenUnderAttack& token) {
  const Forge& forge = token.forge;
  std::vector<BadToken> rows;
  const auto sign = [&](std::string what, const std::string& header) {
    rows.push_back({std::move(what) + ", signed", forge.sign(header, token.claims)});
  };
  const std::pair<const char*, std::string> kids[] = {
      {"a path", R"("../../../../dev/null")"},
      {"a URL", R"("https://evil.example/key")"},
      {"SQL", R"("' OR 1=1 --")"},
      {"4 KB", '"' + std::string(4096, 'A') + '"'},
      {"empty", R"("")"},
      {"null", "null"},
      {"a number", "7"},
      {"a list", "[\"" + forge.key().kid + "\"]"},
      {"with a zero byte", '"' + forge.key().kid + R"(\u0000")"},
      {"padded", '"' + forge.key().kid + R"(=")"},
  };
  for (const auto& [what, kid] : kids) {
    sign(std::string("kid ") + what, header_with_kid(forge, kid));
  }
  const std::pair<const char*, const char*> members[] = {
      {"jku", R"("jku":"https://evil.example/jwks")"},
      {"x5u", R"("x5u":"https://evil.example/cert")"},
      {"x5c", R"("x5c":["MIIB"])"},
      {"jwk", R"("jwk":{"kty":"oct","k":"AAAA"})"},
      {"crit", R"("crit":["exp"])"},
      {"crit, empty", R"("crit":[])"},
      {"b64 false", R"("b64":false)"},
      {"b64 false and critical", R"("crit":["b64"],"b64":false)"},
      {"zip", R"("zip":"DEF")"},
      {"typ twice", R"("typ":"at+jwt")"},
      {"kid twice", R"("kid":"x")"},
      {"nested too deeply", R"("x":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]])"},
  };
  for (const auto& [what, member] : members) sign(what, header_and(forge, member));
  for (const char* typ : {R"("JWT")", R"("statuslist+jwt")", R"("at+jwt ")", R"("")", "1"}) {
    sign(std::string("typ ") + typ, replaced(forge.header(), R"("at+jwt")", typ));
  }
  sign("no typ", replaced(forge.header(), R"("typ":"at+jwt",)", ""));
  sign("no object", "[" + forge.header() + "]");
  sign("two objects", forge.header() + forge.header());
  sign("no JSON", "header");
  sign("not UTF-8", header_and(forge, "\"x\":\"\xff\""));
  sign("a byte order mark", "\xEF\xBB\xBF" + forge.header());
  return rows;
}

std::vector<BadToken> with_other_forms(const TokenUnderAttack& token) {
  const auto& [forge, stranger, claims, valid] = token;
  const std::string header = encoded(forge.header());
  const std::string payload = encoded(claims);
  const std::string signature(split_jws(valid).value().signature);
  return {
      {"nothing", ""},
      {"a word", "token"},
      {"one segment", payload},
      {"two segments", header + '.' + payload},
      {"two dots", ".."},
      {"an empty header", '.' + payload + '.' + signature},
      {"an empty payload", header + ".." + signature},
      {"an empty payload, signed", forge.sign_encoded(header, "")},
      {"a fourth segment", valid + ".x"},
      {"an empty fourth segment", valid + '.'},
      {"five segments, as of a JWE", valid + ".x.y"},
      {"an empty segment before", '.' + valid},
      {"twice", valid + valid},
      {"a space before", ' ' + valid},
      {"a space behind", valid + ' '},
      {"a newline behind", valid + '\n'},
      {"a tab behind", valid + '\t'},
      {"a zero byte behind", valid + std::string(1, '\0')},
      {"a zero byte before", std::string(1, '\0') + valid},
      {"a space inside", header + ". " + payload + '.' + signature},
      {"a newline inside the payload",
       replaced(valid, payload.substr(8), '\n' + payload.substr(8))},
      {"quoted", '"' + valid + '"'},
      {"padded", valid + "=="},
      {"another byte of a signature", valid + "AA"},
      {"a header that is padded, signed", forge.sign_encoded(header + '=', payload)},
      {"a payload that is padded, signed", forge.sign_encoded(header, payload + '=')},
      {"a header that is not canonical, signed",
       forge.sign_encoded(non_canonical(forge.header()), payload)},
      {"a payload that is not canonical, signed",
       forge.sign_encoded(header, non_canonical(claims))},
      {"a payload in plain base64, signed", forge.sign_encoded(header, payload + "+/")},
      {"a payload as it is, signed", forge.sign_encoded(header, claims)},
      {"too long, signed", forge.sign(forge.header(), std::string(kMaxTokenSize, ' ') + claims)},
      {"sixty kilobytes", std::string(60'000, 'A') + '.' + payload + '.' + signature},
      {"sixty thousand dots", std::string(60'000, '.')},
  };
}

std::vector<BadToken> with_other_claims(const TokenUnderAttack& token) {
  const auto& [forge, stranger, claims, valid] = token;
  std::vector<BadToken> rows;
  const auto sign = [&forge = token.forge, &rows](std::string what, const std::string& json) {
    rows.push_back({std::move(what) + ", signed", forge.sign(forge.header(), json)});
  };
  sign("no JSON", "claims");
  sign("no object", '[' + claims + ']');
  sign("two objects", claims + claims);
  sign("bytes behind", claims + "x");
  sign("a zero byte behind", claims + std::string(1, '\0'));
  sign("not UTF-8", "{\"x\":\"\xff\"," + claims.substr(1));
  sign("a claim twice", R"({"exp":9999999999,)" + claims.substr(1));
  sign("a claim twice, once escaped", R"({"\u0065xp":9999999999,)" + claims.substr(1));
  sign("an unknown claim twice", R"({"x":1,"x":1,)" + claims.substr(1));
  sign("nested too deeply",
       R"({"x":)" + std::string(100, '[') + std::string(100, ']') + ',' + claims.substr(1));
  sign("a number too large", R"({"x":1e400,)" + claims.substr(1));
  sign("ten thousand roles",
       claims_with(claims, "roles", "[\"x\"" + std::string(20'000, ' ') + ']') +
           std::string(kMaxTokenSize, ' '));
  for (const char* name : {"iss", "sub", "client_id", "aud", "iat", "exp", "jti", "scope", "roles",
                           "workspaces", "level", "status"}) {
    sign(std::string("no ") + name, claims_with(claims, name, ""));
    sign(std::string(name) + " null", claims_with(claims, name, "null"));
    sign(std::string(name) + " an object", claims_with(claims, name, "{}"));
  }
  const std::pair<const char*, const char*> values[] = {
      {"exp", "-1"},
      {"exp", "1e12"},
      {"exp", "99999999999.5"},
      {"exp", R"("99999999999")"},
      {"exp", "18446744073709551615"},
      {"iat", "-1"},
      {"aud", "[]"},
      {"sub", R"("owner")"},
      {"jti", R"("1")"},
      {"roles", "[1]"},
      {"level", "101"},
      {"level", "-1"},
      {"status", R"({"status_list":{"idx":0}})"},
      {"status", R"({"status_list":{"idx":-1,"uri":"x/0"}})"},
      {"status", R"({"status_list":{"idx":0,"uri":"https://evil.example/status-lists/0"}})"},
  };
  for (const auto& [name, json] : values) {
    sign(std::string(name) + ' ' + json, claims_with(claims, name, json));
  }
  return rows;
}

std::vector<BadToken> bad_tokens(const TokenUnderAttack& token) {
  std::vector<BadToken> rows = with_other_algorithms(token);
  append(rows, with_other_keys(token));
  append(rows, with_other_headers(token));
  append(rows, with_other_forms(token));
  append(rows, with_other_claims(token));
  return rows;
}

std::vector<BadToken> with_each_byte_changed(std::string_view token) {
  std::vector<BadToken> rows;
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed(token);
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    rows.push_back({"byte " + std::to_string(i), std::move(changed)});
  }
  return rows;
}

std::vector<BadToken> with_each_truncation(std::string_view token) {
  std::vector<BadToken> rows;
  for (std::size_t size = 0; size < token.size(); ++size) {
    rows.push_back({std::to_string(size) + " bytes", std::string(token.substr(0, size))});
  }
  return rows;
}

}  // namespace ptkl::crypto

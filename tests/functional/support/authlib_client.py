#!/usr/bin/python3
"""One pass of Python's Authlib over a server: gets a token by client credentials, verifies it by JWKS,
introspects it, revokes it and introspects it again. Reads ISSUER, CLIENT_ID, CLIENT_SECRET and
AUTH_METHOD from the environment; prints one JSON object with what Authlib made of it.
"""

import json
import os

from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.jose.errors import BadSignatureError


def fetch_json(session, url):
    answer = session.get(url, withhold_token=True)
    answer.raise_for_status()
    return answer.json()


def verify(token, key_set, issuer):
    essential = {"essential": True}
    claims = JsonWebToken(["ES256"]).decode(token, key_set, claims_options={
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": issuer},
        "exp": essential,
    })
    claims.validate()
    return claims


def refuses(token, key_set, issuer):
    try:
        verify(token, key_set, issuer)
    except BadSignatureError:
        return True
    return False


def tampered(token):
    header, payload, signature = token.split(".")
    return ".".join([header, payload, ("B" if signature[0] == "A" else "A") + signature[1:]])


def main():
    issuer = os.environ["ISSUER"]
    session = OAuth2Session(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"],
                            token_endpoint_auth_method=os.environ["AUTH_METHOD"],
                            revocation_endpoint_auth_method=os.environ["AUTH_METHOD"])
    metadata = fetch_json(session, issuer + "/.well-known/openid-configuration")
    token = session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
    text = token["access_token"]
    key_set = JsonWebKey.import_key_set(fetch_json(session, metadata["jwks_uri"]))

    def introspect():
        return session.introspect_token(metadata["introspection_endpoint"], token=text,
                                        token_type_hint="access_token").json()

    before = introspect()
    revoked = session.revoke_token(metadata["revocation_endpoint"], token=text)
    print(json.dumps({
        "token_type": token["token_type"],
        "claims": verify(text, key_set, issuer),
        "refuses_tampered": refuses(tampered(text), key_set, issuer),
        "introspected": before,
        "revocation_status": revoked.status_code,
        "introspected_after": introspect(),
    }))


if __name__ == "__main__":
    main()

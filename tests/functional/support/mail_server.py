"""A mail server on loopback: mail_server.py SECURITY [options]

SECURITY is starttls (required), tls (from the first byte) or none. Prints `listening PORT`, then one JSON
object a line for each mail that it took, as Python's own parser reads it. Recipients that begin with
`refused` are refused.
"""

import argparse
import asyncio
import email
import email.policy
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def describe(content, envelope, session, transport):
    message = email.message_from_bytes(content, policy=email.policy.default)
    parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
    defects = [repr(defect) for part in message.walk() for defect in part.defects]
    defects += [repr(defect) for value in message.values() for defect in value.defects]
    return {
        "envelope": {"from": envelope.mail_from, "to": envelope.rcpt_tos},
        "encrypted": transport.get_extra_info("cipher") is not None,
        "login": session.auth_data.login.decode() if session.authenticated else None,
        "headers": {name: str(value) for name, value in message.items()},
        "names": message.keys(),
        "type": message.get_content_type(),
        "from": [[address.display_name, address.addr_spec] for address in message["from"].addresses],
        "date": message["date"].datetime.isoformat() if message["date"] else None,
        "text": parts["text/plain"].get_content(),
        "html": parts["text/html"].get_content(),
        "order": list(parts),
        "defects": defects,
        "longest": max(len(line) for line in content.split(b"\r\n")),
        "ascii": content.isascii(),
        "bare": content.replace(b"\r\n", b"").count(b"\n") + content.replace(b"\r\n", b"").count(b"\r"),
    }


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        described = describe(envelope.original_content, envelope, session, server.transport)
        print(json.dumps(described), flush=True)
        return "250 OK"


def authenticator_of(username, password):
    def authenticate(server, session, envelope, mechanism, data):
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (username, password)
        return AuthResult(success=right, auth_data=data, handled=False)

    return authenticate


async def serve(options):
    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate, options.key)
    settings = {"hostname": "mail.test", "enable_SMTPUTF8": False}
    if options.username:
        password = pathlib.Path(options.password_file).read_bytes().strip()
        settings |= {
            "auth_required": True,
            "authenticator": authenticator_of(options.username.encode(), password),
            "auth_require_tls": options.security == "starttls",
        }
    if options.security == "starttls":
        settings |= {"tls_context": context, "require_starttls": True}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Mailbox(), loop=loop, **settings),
        "127.0.0.1", options.port, ssl=context if options.security == "tls" else None)
    print(f"listening {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("security", choices=["starttls", "tls", "none"])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--username")
    parser.add_argument("--password-file")
    sys.exit(asyncio.run(serve(parser.parse_args())))

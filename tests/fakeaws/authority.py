"""authority.py - a certificate authority for one run, made with openssl, and what must not verify.

good: 127.0.0.1 and localhost, signed by our CA. untrusted: signed by a CA that nobody knows.
wrong-host: our CA, another name. expired: our CA, a day that has passed.
"""
import ssl
import subprocess

KINDS = ("good", "untrusted", "wrong-host", "expired")
NAMES = "subjectAltName=IP:127.0.0.1,DNS:localhost"
OTHER = "subjectAltName=DNS:other.example.com"


def openssl(folder, *arguments, text=None):
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=False,
                          input=text, timeout=30)
    if done.returncode:
        raise RuntimeError("openssl %s: %s" % (arguments[0], done.stderr.decode()))


def make_authority(folder, name):
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-keyout", name + ".key", "-out", name + ".pem", "-days", "2",
            "-subj", "/CN=fakeaws " + name, "-addext", "keyUsage=critical,keyCertSign,cRLSign")


def make_certificate(folder, name, authority, names, days):
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=fakeaws " + name)
    (folder / (name + ".ext")).write_text(names + "\nextendedKeyUsage=serverAuth\n")
    openssl(folder, "x509", "-req", "-in", name + ".csr", "-CA", authority + ".pem", "-CAkey",
            authority + ".key", "-CAcreateserial", "-days", str(days), "-extfile", name + ".ext",
            "-out", name + ".pem")


def contexts(folder):
    """{kind: SSLContext}; the CA that clients are told to trust is folder/ca.pem."""
    make_authority(folder, "ca")
    make_authority(folder, "stranger")
    make_certificate(folder, "good", "ca", NAMES, 2)
    make_certificate(folder, "untrusted", "stranger", NAMES, 2)
    make_certificate(folder, "wrong-host", "ca", OTHER, 2)
    make_certificate(folder, "expired", "ca", NAMES, -1)
    found = {}
    for kind in KINDS:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / (kind + ".pem"), folder / (kind + ".key"))
        found[kind] = context
    return found

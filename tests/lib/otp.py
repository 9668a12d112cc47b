"""An authenticator app (RFC 6238): SHA-1, 6 digits, 30 seconds."""
import base64
import hashlib
import hmac
import time


def step(offset=0):
    """The running time step; one that is about to end is waited for, so that a test does not straddle it."""
    left = 30 - time.time() % 30
    if left < 2:
        time.sleep(left + 0.01)
    return int(time.time() // 30) + offset


def code(secret32, at):
    """The code of a time step."""
    key = base64.b32decode(secret32 + "=" * (-len(secret32) % 8))
    digest = hmac.new(key, at.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start:start + 4], 'big') & 0x7fffffff) % 1000000:06}"


def enrol(client, instance):
    """Turns the second factor of a signed-in client on; returns its secret and recovery codes. No code is used up afterwards."""
    secret = client.call("POST", "/api/auth/mfa", json={})["secret"]
    codes = client.call("POST", "/api/auth/mfa", json={"code": code(secret, step())})["recoveryCodes"]
    instance.sql("UPDATE muster.second_factor SET last_step = 0 WHERE user_id = %s", client.me["id"])
    return secret, codes


def silently(client, instance):
    """The same without recovery codes, and without the mail that would be on its way afterwards; returns the secret."""
    secret = client.call("POST", "/api/auth/mfa", json={})["secret"]
    instance.sql("UPDATE muster.second_factor SET confirmed_at = now() WHERE user_id = %s", client.me["id"])
    return secret

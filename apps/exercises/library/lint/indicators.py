"""Finds addresses, domains, e-mails and hashes in a text, and says which are not of a documentation range."""

import ipaddress
import re

DOCUMENTATION = [ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]
# "Open to 0.0.0.0/0" is a firewall rule, not an address of somebody.
NOT_AN_INDICATOR = {"0.0.0.0/0", "::/0"}
SAFE_DOMAINS = re.compile(r"(?:^|\.)(?:example\.(?:com|net|org)|example|test|invalid)$")

_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:/\d{1,3})?(?![\w:])")
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]+"
_EMAIL = re.compile(r"[\w.+%-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)")
_URL = re.compile(r"\b(?:h(?:tt|xx)ps?|ftp|smb|ldaps?)://(?:[^\s/@]*@)?([^\s/:?#\"'<>)\]]+)", re.I)
_DOMAIN = re.compile(rf"(?<![\w@./\\-])(?:\*\.)?({_HOST})(?![\w-])")
_HASH = re.compile(r"(?<![\w-])[0-9A-Fa-f]{32,128}(?![\w-])")

# A dotted word is a domain only with one of these ends: file names (invoice.pdf), fields (user.id) and scopes (Mail.Read)
# are dotted too. Country codes that are also file or field endings (sh, py, md, id, name) are left out; in a URL or an
# e-mail every host counts.
_ENDS = set(
    "com net org info biz edu gov mil int io co ai app dev cloud online site store shop xyz top club live tech email link support "
    "services solutions systems network agency finance bank money news media press world today global group company digital pro local "
    "lan corp internal intranet home onion arpa "
    "ac ad ae af ag al am ar at au az ba bd be bg bh br by bz ca cat ch cl cm cn cr cu cy cz de dk do dz ec ee eg es et eu fi fj fr ga ge "
    "gg gh gi gr gt hk hn hr hu ie il im iq ir is it je jo jp ke kg kh kr kw kz la lb li lk lt lu lv ly ma mc me mk mn mt mu mv mx my na "
    "ng ni nl np nu nz om pa pe ph pk pr pt pw qa ro ru rw sa se sg si sk sn sr su sv sy td tg th tj tk tm tn tr tt tv tw ua ug uk us uy "
    "uz va vc ve vn vu ws ye za zm zw".split())


def _defanged(text):
    return re.sub(r"\[(?:\.|dot)\]|\(dot\)", ".", text.replace("[:]", ":").replace("[@]", "@"))


def _documentation_address(written):
    try:
        network = ipaddress.ip_network(written, strict=False)
    except ValueError:
        return None
    return any(network.version == net.version and network.subnet_of(net) for net in DOCUMENTATION)


def _addresses(text):
    for pattern in (_IPV4, _IPV6):
        for found in pattern.finditer(text):
            written = found[0].rstrip(":") if pattern is _IPV6 and not found[0].endswith("::") else found[0]
            if written not in NOT_AN_INDICATOR and _documentation_address(written) is False:
                yield written


def _real(host):
    host = host.lower().rstrip(".,;:!)")
    return not SAFE_DOMAINS.search(host)


def _hosts(text):
    """Hosts of URLs and e-mails whatever their end, and dotted words that end as a domain does."""
    for pattern in (_URL, _EMAIL):
        for found in pattern.finditer(text):
            host = found[1]
            if _real(host) and "{{" not in host and not re.fullmatch(r"[\d.]+", host):
                yield "e-mail" if pattern is _EMAIL else "URL", found[0]
    for found in _DOMAIN.finditer(_EMAIL.sub(" ", _URL.sub(" ", text))):
        if found[1].rsplit(".", 1)[1].lower() in _ENDS and _real(found[1]):
            yield "domain", found[0]


def _hashes(text):
    for found in _HASH.finditer(text):
        if not text[found.end():].lstrip(" '\"`").startswith("(fictional)"):
            yield found[0]


def problems(text):
    """Messages about every indicator in a text that is not of a documentation range."""
    text = _defanged(text)
    for address in _addresses(text):
        yield f"address {address} is outside 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32"
    for kind, host in _hosts(text):
        yield f"{kind} {host} is not under example.com, example.net or example.org"
    for digest in _hashes(text):
        yield f"hash {digest[:12]}... is not followed by (fictional)"

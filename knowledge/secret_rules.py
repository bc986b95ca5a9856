"""Secrets told by their own form: tokens with a fixed beginning, URLs, headers, commands.

Formats are those their makers document; where a length is documented, a little less is asked for,
since pastes are cut. A rule's pattern is tried where one of its words stands and nowhere else,
and each of its parts is bounded or takes one class of characters without going back, so the cost
of a text grows with its length. Groups are what is masked, the whole where there is none.
"""

import re

import msgspec

from knowledge.secret_names import GAP, NONE, QUOTE, VALUE


class Rule(msgspec.Struct, frozen=True):
    """One form: its words in lower case, and the pattern that begins at one of them.

    `before` is what else is secret before the word, as a pattern that ends there; `again` is what
    may follow a match once more, as a pattern that begins where it ends.
    """

    name: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    before: re.Pattern[str] | None = None
    again: re.Pattern[str] | None = None


def _rule(name: str, words: str, pattern: str, before: str = "", again: str = "") -> Rule:
    past = re.compile(before) if before else None
    more = re.compile(again) if again else None
    return Rule(name, tuple(words.split("  ")), re.compile(pattern), past, more)


_B64 = r"\w\-+/=.~"
_EDGE = r"(?<![A-Za-z0-9])"
_FREE = r"(?!\[masked\])"
_TELLING = r"(?=[^\n ]{0,512}[\d_=+/.])"
_ARGUMENT = (
    rf"(?:\"{_FREE}([^\"\n]{{1,128}}+)|'{_FREE}([^'\n]{{1,128}}+)|{_FREE}([^\s\"']{{1,128}}+))"
)
_OPTIONS = r"(?=\s)[^\n|;]{0,200}?\s"

_AUTH = rf"{_OPTIONS}-a[ =]?(?!\[masked\]|\$|-){_ARGUMENT}"

CREDENTIALS: tuple[Rule, ...] = (
    _rule(
        "authorization",
        "authorization",
        rf"(?i:authorization)\\{{0,7}}{QUOTE}?{GAP}[:=]{GAP}(?:\[|\\{{0,7}}{QUOTE})?"
        rf"(?:(?i:bearer|basic|token|apikey|negotiate|ntlm)\s{{1,3}}{_FREE}([{_B64}:]{{4,}}+)"
        rf"|(?i:digest|hawk|oauth|signature)\s{{1,3}}{_FREE}([^\n'\]]{{4,4096}}+)"
        rf"|{_FREE}(?!(?i:bearer|basic|token|digest|hawk|aws4|oauth|signature)\b)(?=[^\s\"']{{0,64}}\d|[^\s\"']{{24}})"
        rf"([{_B64}:]{{8,}}+))",
    ),
    _rule("bearer", "bearer", rf"{_EDGE}(?i:bearer)\s{{1,3}}{_TELLING}([{_B64}]{{12,}}+)"),
    _rule(
        "cookie",
        "cookie",
        rf"(?i:cookie)\\{{0,7}}[\"']?[ \t]{{0,3}}(?:[:=]|(?<=--cookie)[ ])[ \t]{{0,3}}"
        rf"(?:\[|\\{{0,7}}[\"'])?{_FREE}(?=[\w.-]{{1,128}}=)([^\n\r'\"\]\\]{{3,4096}}+)",
    ),
    _rule(
        "URL with password",
        "://",
        r"://(?!\[)[^\s/:@\"'`<>|\\]{0,128}:(?!\[masked\]|\$[({]|<)(?:([^\s/\"'`<>|\\]{1,512})@"
        r"(?!sha\d)|(?!\d{1,5}[/?#])([^\s\"'`<>|@\\]{1,256}+)@(?!sha\d))",
    ),
    _rule("URL with a token for a user", "://", r"://(?=\D{0,64}\d)([\w\-.~%]{20,512}+)@"),
    _rule(
        "password Slack took for an address",
        ":<mailto:",
        r":<mailto:([^\s|<>@]{1,256}+)@[^\s|<>]{1,256}+\|([^\s|<>@]{1,256}+)@",
    ),
    _rule(
        "label of a link",
        "|",
        rf"\|[^\s/:@\"'<>|]{{0,128}}:(?!//){_FREE}([^\s/\"'<>|]{{1,256}})@[\w.-]{{1,255}}+"
        r"[^\s<>|]{0,512}+>",
    ),
    _rule(
        "user of curl",
        "-u  --user  --proxy-user",
        r"(?<=\s)(?i:-u|--user|--proxy-user)[ =]?+(?!\d{1,10}:\d{1,10}(?:\s|\Z)|system:)"
        rf"(?:[\"'][^\s:/\"']{{1,128}}:(?!\$|/){_FREE}([^\n\"']{{1,256}}+)"
        rf"|[^\s:/\"']{{1,128}}:(?!\$|/){_FREE}([^\s\"']{{1,256}}+))",
    ),
    _rule(
        "password of mysql",
        "mysql  mariadb",
        rf"(?:mysql|mariadb)[\w-]{{0,16}}{_OPTIONS}-p(?!\s|\[masked\]|\d{{1,5}}(?::\d{{1,5}})?(?:\s|\Z))"
        rf"{_ARGUMENT}",
    ),
    _rule(
        "password of a login",
        "sshpass  login  mongo  ldap  ipmitool",
        rf"(?:(?:sshpass|login|mongo\w{{0,8}}){_OPTIONS}-p|ldap\w{{1,16}}{_OPTIONS}-w"
        rf"|ipmitool{_OPTIONS}-P)[ =]?(?!\[masked\]|\$|-){_ARGUMENT}",
    ),
    _rule(
        "password of Redis",
        "redis-cli",
        rf"redis-cli{_AUTH}",
        again=_AUTH,
    ),
    _rule("password of openssl", "pass:", rf"(?<=[ =\"'])pass:{_FREE}([^\s\"']{{1,256}}+)"),
    _rule(
        "user of Oracle",
        "jdbc:oracle:",
        rf"jdbc:oracle:\w{{1,16}}:[\w$#]{{1,64}}/{_FREE}([^\s@]{{1,128}}+)@",
    ),
    _rule(
        "user of a DSN",
        "@tcp(  @unix(  @(",
        r"@(?:tcp|unix)?(?=\([^\n)]{0,255}\))()",
        r"(?<![^\s\"'`=])[\w.-]{1,64}:(?!\[masked\])(?!//)([^\s\"'`<>]{1,256})\Z",
    ),
    _rule("signed URL", "sig=  signature=", rf"(?i:sig(?:nature)?)={_FREE}([{_B64}%]{{16,}}+)"),
    _rule(
        "argument of aws configure",
        "configure set",
        r"configure set [\w.-]{0,64}(?:aws_(?:secret_access_key|session_token|access_key_id)) "
        rf"[\"']?{_FREE}([^\s\"']{{4,}}+)",
    ),
    _rule(
        "user and password in one",
        "etcdctl_user  basicauth  basic_auth  basic-auth",
        rf"(?i:etcdctl_user|basic[_-]?auth)\\{{0,7}}{QUOTE}?{GAP}[:=]{GAP}\\{{0,7}}{QUOTE}?"
        rf"[\w.-]{{1,64}}:{_FREE}([^\s\"']{{3,256}}+)",
    ),
    _rule(
        "literal of a secret",
        "--from-literal",
        r"--from-literal[ =](?:\"[\w.-]{1,128}=(?!\[masked\])([^\"\n]{1,4096}+)|'[\w.-]{1,128}="
        rf"(?!\[masked\])([^'\n]{{1,4096}}+)|[\w.-]{{1,128}}={VALUE})",
    ),
    _rule(
        "auth of a registry",
        "auth\"  auth'  auth\\  _auth",
        rf"(?:{_EDGE}auth\\{{0,7}}{QUOTE}{GAP}:{GAP}\\{{0,7}}{QUOTE}?|_auth[ \t]?=[ \t]?\"?)"
        rf"(?=[^\"'\s]{{0,64}}[A-Z0-9=])([{_B64}]{{6,4096}}+)",
    ),
    _rule(
        "data of a kubeconfig",
        "client-key-data  client-certificate-data",
        rf"client-(?:key|certificate)-data\\{{0,7}}{QUOTE}?\s{{0,3}}[:=]\s{{0,3}}\\{{0,7}}{QUOTE}?"
        rf"([{_B64}]{{8,}}+)",
    ),
    _rule("certificate key", "certificate key", r"certificate key:?\s{1,8}([0-9a-f]{32,}+)"),
    _rule(
        "bootstrap token",
        ".",
        r"(\.(?=[a-z]{0,16}\d)[a-z0-9]{16})(?![\w.-])",
        r"(?<![\w.-])([a-z0-9]{6})\Z",
    ),
    _rule(
        "netrc",
        "login",
        rf"login[ \t\n]{{1,8}}\S{{1,128}}\s{{1,8}}password[ \t]{{1,8}}{_FREE}(\S++)",
    ),
    _rule(
        "password of a neighbour",
        "neighbor",
        rf"neighbor \S{{1,64}} password (?:\d )?{_FREE}(\S{{2,128}})",
    ),
    _rule(
        "password of Redis", "requirepass  masterauth", rf"(?:requirepass|masterauth) {NONE}(\S++)"
    ),
    _rule(
        "key of IPsec",
        "aead  enc  auth-trunc  auth ",
        rf"{_EDGE}(?:aead|enc|auth-trunc|auth) \S{{3,64}} (0x[0-9a-fA-F]{{16,}}+)",
    ),
    _rule(
        "hash of a password",
        "$1$  $5$  $6$  $y$  $2a$  $2b$  $2y$  $apr1$  $argon2",
        r"\$(?:1|5|6|y|2[aby]|apr1|argon2\w{1,2})\$[\w./$,=+]{12,}+",
    ),
)


def _token(name: str, *forms: tuple[str, str]) -> Rule:
    """Return the rule of a token; each form is the letters it begins with, and its rest."""
    words = tuple(dict.fromkeys(prefix.lower() for prefix, _ in forms))
    either = "|".join(re.escape(prefix) + rest for prefix, rest in forms)
    return Rule(name, words, re.compile(rf"{_EDGE}(?:{either})"))


_W = r"[A-Za-z0-9_-]"
_AN = r"[A-Za-z0-9]"
_HEX = r"[0-9a-fA-F]"

TOKENS: tuple[Rule, ...] = (
    _token("JWT", ("eyJ", r"[\w\-+/=]{8,}+(?:\.[\w\-+/=]*+){0,4}")),
    _token("PEM in base64", ("LS0tLS1CRUdJT", rf"[{_B64}\\]{{8,}}+")),
    _token("OpenSSH key in base64", ("b3BlbnNzaC1rZXktdjE", rf"[{_B64}]{{8,}}+")),
    _token("AWS key id", ("AKIA", r"[A-Z0-9]{16}"), ("ASIA", r"[A-Z0-9]{16}")),
    _token(
        "Google key",
        ("AIza", rf"{_W}{{30,}}+"),
        ("ya29.", r"[\w\-.]{20,}+"),
        ("GOCSPX-", rf"{_W}{{20,}}+"),
        ("1//0", rf"{_W}{{30,}}+"),
    ),
    _token("Alibaba key id", ("LTAI", rf"{_AN}{{12,30}}+")),
    _token("Tencent key id", ("AKID", rf"{_AN}{{28,40}}+")),
    Rule(
        "Azure client secret",
        ("8q~", "7q~"),
        re.compile(r"([78]Q~[\w~.-]{20,}+)"),
        re.compile(r"(?<![\w~.-])([\w~.-]{3})\Z"),
    ),
    _token(
        "DigitalOcean token",
        ("dop_v1_", rf"{_HEX}{{32,}}+"),
        ("doo_v1_", rf"{_HEX}{{32,}}+"),
        ("dor_v1_", rf"{_HEX}{{32,}}+"),
    ),
    _token("Cloudflare key", ("v1.0-", rf"{_HEX}{{24,64}}-{_HEX}{{100,}}+")),
    _token(
        "GitHub token",
        *((f"gh{kind}_", r"[\w.-]{20,}+") for kind in "pousr"),
        ("github_pat_", r"\w{20,}+"),
    ),
    _token(
        "GitLab token",
        *((f"gl{kind}-", r"[\w.=-]{16,}+") for kind in ("pat", "dt", "rt", "cbt", "ptt", "ft")),
        *((f"gl{kind}-", r"[\w.=-]{16,}+") for kind in ("imt", "agent", "soat", "oas", "ffct")),
        ("GR1348941", rf"{_W}{{16,}}+"),
    ),
    _token(
        "Slack token",
        *((f"xox{kind}-", r"[A-Za-z0-9%/+-]{10,}+") for kind in "abcdeoprs"),
        ("xoxe.", r"xox[bp]-[A-Za-z0-9-]{10,}+"),
        ("xapp-", r"[A-Za-z0-9-]{10,}+"),
        ("xwfp-", r"[A-Za-z0-9-]{10,}+"),
    ),
    Rule(
        "webhook",
        (
            *("hooks.slack.com/", "webhook.office.com/", "discord.com/api/webhooks/"),
            *("discordapp.com/api/webhooks/", "qyapi.weixin.qq.com/"),
        ),
        re.compile(
            r"(?:hooks\.slack\.com/(?:services|workflows|triggers)/|webhook\.office\.com/webhookb2/"
            r"|discord(?:app)?\.com/api/webhooks/|qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=)"
            r"([\w/@-]{8,}+)"
        ),
    ),
    _token("npm token", ("npm_", rf"{_AN}{{30,}}+")),
    _token("PyPI token", ("pypi-AgE", rf"{_W}{{30,}}+")),
    _token("RubyGems key", ("rubygems_", rf"{_HEX}{{40,}}+")),
    _token("Docker Hub token", ("dckr_pat_", rf"{_W}{{16,}}+"), ("dckr_oat_", rf"{_W}{{16,}}+")),
    _token("Hugging Face token", ("hf_", rf"{_AN}{{30,}}+"), ("api_org_", rf"{_AN}{{30,}}+")),
    _token(
        "Stripe key",
        *(
            (f"{kind}_{mode}_", rf"{_AN}{{16,}}+")
            for kind in ("sk", "rk")
            for mode in ("live", "test")
        ),
        ("whsec_", r"[A-Za-z0-9+/=]{16,}+"),
    ),
    _token("Twilio key", ("SK", rf"{_HEX}{{32}}(?![\w])")),
    _token("SendGrid key", ("SG.", rf"{_W}{{16,64}}\.{_W}{{16,}}+")),
    _token("Mailgun key", ("key-", rf"{_HEX}{{32}}(?!\w)")),
    _token(
        "Vault token",
        *((f"hv{kind}.", rf"{_W}{{20,}}+") for kind in "sbr"),
        *((f"{kind}.", rf"{_AN}{{24}}(?![\w.-])") for kind in "sbr"),
    ),
    Rule(
        "Terraform Cloud token",
        (".atlasv1.",),
        re.compile(rf"(\.atlasv1\.{_W}{{30,}}+)"),
        re.compile(r"([A-Za-z0-9]{1,20})\Z"),
    ),
    _token("Databricks token", ("dapi", rf"{_HEX}{{32}}(?:-\d)?(?!\w)")),
    _token(
        "Grafana token",
        ("glsa_", rf"{_AN}{{24,64}}_{_HEX}{{8}}"),
        ("glc_", r"[A-Za-z0-9+/=]{24,}+"),
    ),
    _token(
        "New Relic key",
        *((f"NRA{kind}-", rf"{_AN}{{20,}}+") for kind in "KAL"),
        ("NRJS-", rf"{_HEX}{{16,}}+"),
    ),
    _token("Sentry token", ("sntrys_", r"[\w+/=]{20,}+"), ("sntryu_", rf"{_HEX}{{32,}}+")),
    _token("OpenAI or Anthropic key", ("sk-", rf"(?=[A-Za-z_-]{{0,64}}\d){_W}{{20,}}+")),
    _token("Atlassian token", ("ATATT3", r"[\w=-]{30,}+"), ("ATBB", rf"{_AN}{{24,}}+")),
    _token("Artifactory key", ("AKCp", rf"{_AN}{{50,}}+"), ("cmVmdGtuO", rf"{_AN}{{40,}}+")),
    _token("Tailscale key", ("tskey-", rf"{_W}{{16,}}+")),
    _token(
        "Rancher token",
        ("token-", r"[a-z0-9]{5}:[a-z0-9]{40,}+"),
        ("kubeconfig-", r"[a-z0-9.-]{4,64}:[a-z0-9]{40,}+"),
    ),
    _token("Pulumi token", ("pul-", rf"{_HEX}{{40}}")),
    _token(
        "Doppler token", *((f"dp.{kind}.", r"[\w.-]{24,}+") for kind in ("pt", "st", "sa", "ct"))
    ),
    _token("age key", ("AGE-SECRET-KEY-1", r"[A-Z0-9]{40,}+")),
)
"""Tokens that say what they are by the letters they begin with."""

RULES = (*CREDENTIALS, *TOKENS)

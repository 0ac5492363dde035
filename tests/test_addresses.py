"""Which addresses a crawl may reach."""

import ipaddress

import pytest

from crawler.politeness.addresses import ascii_name, is_public, literal, networks, why_not

PUBLIC = [
    "93.184.215.14",
    "8.8.8.8",
    "172.15.255.255",
    "172.32.0.0",
    "100.63.255.255",
    "223.255.255.255",
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]
INNER = [
    "0.0.0.0",
    "0.1.2.3",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.0.9",
    "169.254.1.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::2",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:7f00:1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "200::1",
    "2001::7f00:1",
    "2001:0:808:808::f7f7:f7f7",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::5efe:808:808",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


@pytest.mark.parametrize("text", PUBLIC)
def test_the_open_internet_is_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", INNER)
def test_inner_networks_are_not(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", INNER)
def test_an_inner_address_in_a_url_is_refused(text: str) -> None:
    assert why_not(f"http://[{text}]/" if ":" in text else f"http://{text}/")


def test_an_allowed_network_is_open() -> None:
    allowed = networks(["127.0.0.0/8", "::1/128"])
    assert is_public(ipaddress.ip_address("127.0.0.1"), allowed)
    assert is_public(ipaddress.ip_address("::1"), allowed)
    assert is_public(ipaddress.ip_address("::ffff:127.0.0.1"), allowed)
    assert not is_public(ipaddress.ip_address("10.0.0.1"), allowed)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1"])
def test_every_spelling_of_an_address_is_understood(host: str) -> None:
    assert literal(host) == ipaddress.IPv4Address("127.0.0.1")


def test_a_name_is_no_address() -> None:
    assert literal("www.huxiu.com") is None
    assert literal("虎嗅.中国") is None


LOOPBACK_SPELLINGS = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "2130706433",
    "017700000001",
    "0x7f000001",
    "0X7F000001",
    "0x7f.1",
    "0x7F.0x0.0x0.0x1",
    "0177.0.0.1",
    "0177.0x0.1",
    "00000177.1",
    "0127.0.0.1",  # 87.0.0.1 in octal, but not to everybody
    "127.0.0.01",
    "１２７.0.0.1",
    "１２７。０。０。１",
    "127．0．0．1",
    "127｡0｡0｡1",
    "①②⑦.0.0.1",
    "𝟏𝟐𝟕.0.0.1",
    "🯱🯲🯷.0.0.1",
    "127.0.0.\u00ad1",
    "127.0.\u200b0.1",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::FFFF:7F00:0001]",
    "[0:0:0:0:0:ffff:7f00:1]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::ffff:0:7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[2001:0:808:808::80ff:fffe]",  # Teredo hides its client in the negative
    "[::]",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "LocalHost.",
    "ｌｏｃａｌｈｏｓｔ",
    "any.localhost",
    "a.b.LOCALHOST.",
    "0",
    "0.0.0.0",
    "0x0",
]


@pytest.mark.parametrize("host", LOOPBACK_SPELLINGS)
@pytest.mark.parametrize("form", ["http://{}/", "https://{}:8443/x?y#z", "HTTP://{}", "//{}/"])
def test_no_spelling_of_this_machine_gets_by(host: str, form: str) -> None:
    assert why_not(form.format(host))


@pytest.mark.parametrize("host", LOOPBACK_SPELLINGS)
def test_with_loopback_alone_allowed_this_machine_is_reached_by_it_alone(host: str) -> None:
    """0.0.0.0 and what is read in two ways stay refused; `10.0.0.1` in no spelling is let through."""
    allowed = networks(["127.0.0.0/8", "::1/128"])
    stays = {"[::]", "0", "0.0.0.0", "0x0", "[2001:0:7f00:1::]", "[2001:0:808:808::80ff:fffe]"}
    assert (why_not(f"http://{host}/", allowed) is not None) is (host in stays)
    for other in ("10.1", "0xa000001", "012.0.0.1", "[::ffff:a00:1]", "１０.0.0.1"):
        assert why_not(f"http://{other}/", allowed)


@pytest.mark.parametrize(
    "url",
    [
        "http://good.example@127.0.0.1/",
        "http://127.0.0.1@good.example/",
        "http://user:secret@good.example/",
        "http://user:secret@good.example:80@127.0.0.1/",
        "http://@good.example/",
        "http://good.example\\@127.0.0.1/",
        "http://127.0.0.1\\.good.example/",
        "http://127.0.0.1\\@good.example/",
        "http:\\\\127.0.0.1/",
        "http:/\\127.0.0.1/",
        "http:127.0.0.1/",
        "http:/127.0.0.1/",
        "http:///127.0.0.1/",
        "http:////127.0.0.1/",
        "http://12\t7.0.0.1/",
        "http://good\n.example/",
        "http://good.example\r\nHost: x/",
        " http://good.example/",
        "\x00http://good.example/",
        "http://good.example/a b",
        "http://good .example/",
        "http://127.0.0.1%00.good.example/",
        "http://%31%32%37.0.0.1/",
        "http://127%2e0%2e0%2e1/",
        "http://%6cocalhost/",
        "http://good.example:80:80/",
        "http://good.example:99999/",
        "http://good.example:-1/",
        "http://good.example:http/",
        "http://[::1/",
        "http://::1/",
        "http://::1]/",
        "http://[::1]good.example/",
        "http://[127.0.0.1]/",
        "http://[v1.fe80]/",
        "http://[fe80::1%25eth0]/",
        "http://[::1%25lo]/",
        "http://[2606:4700::1%25eth0]/",
        "http://[2606:4700::1%eth0]/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://1.2.3.999/",
        "http://99999999999/",
        "http://0x1ffffffff/",
        "http://news.0x7f/",
        "http://news.1/",
        "http://a..example/",
        "http://.example/",
        "http://./",
        f"http://{'a' * 64}.example/",
        f"http://{'a.' * 130}example/",
        "http://exa!mple.org/",
        "http://good.example;x/",
        "http:///nowhere",
        "http://",
        "",
        "/etc/hostname",
        "file:///etc/hostname",
        "file://good.example/x",
        "ftp://good.example/",
        "gopher://good.example/",
        "data:text/html,x",
        "javascript:alert(1)",
        "ws://good.example/",
        "jar:http://good.example/",
        "http-proxy://good.example/",
        "http://good.example/" + "a" * 8000,
    ],
)
def test_a_url_that_could_be_read_as_another_is_refused(url: str) -> None:
    assert why_not(url)


@pytest.mark.parametrize(
    "host", ["router", "wiki.internal", "printer.local", "nas.lan", "x.home.arpa", "localhost.localdomain"]
)
def test_a_name_that_only_exists_inside_is_refused_where_no_network_is_allowed(host: str) -> None:
    assert why_not(f"http://{host}/")
    assert why_not(f"http://{host.upper()}./")
    assert why_not(f"http://{host}/", networks(["10.0.0.0/8"])) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://www.huxiu.com/article/33546",
        "http://8.8.8.8/",
        "http://8.8.8.8.:8080/",
        "https://[2606:4700::1]/",
        "https://[2606:4700::1]:8443/x",
        "http://xn--55qx5d.example/",
        "http://新闻.example/一篇?问=答#段",
        "http://bücher.example./",
        "http://a_b.-c-.example/",
        "http://1e100.example/",
        "http://10.example/",
        "http://127.0.0.1.news.example/",
        "http://localhost.news.example/",
        "http://notlocalhost.example/",
        "http://mylan.example/",
        "http://news.example/http://127.0.0.1/",
        "http://news.example/?url=http://127.0.0.1/@x",
        "http://news.example",
        "HTTPS://NEWS.EXAMPLE/",
    ],
)
def test_a_url_of_the_open_internet_may_be_asked_for(url: str) -> None:
    assert why_not(url) is None


def test_what_is_refused_is_named() -> None:
    assert why_not("http://10.0.0.1/x") == "10.0.0.1 is not an address of the open internet"
    assert why_not("http://１０.1/x") == "10.1 is not an address of the open internet"
    assert why_not("http://me:secret@news.example/") == "the URL holds a user name"
    assert why_not("ftp://news.example/") == "ftp: only http and https are fetched"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("News.Example.", "news.example"),
        ("新闻.example", "xn--efvy88h.example"),
        ("xn--efvy88h.example", "xn--efvy88h.example"),
        ("a..example", None),
        ("", None),
        ("a b", None),
    ],
)
def test_a_host_is_named_in_one_way(host: str, name: str | None) -> None:
    assert ascii_name(host) == name

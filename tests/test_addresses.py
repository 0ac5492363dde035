"""Which addresses a crawl may reach."""

import ipaddress

import pytest

from crawler.addresses import is_public, literal, networks, why_not

PUBLIC = [
    "93.184.215.14",
    "8.8.8.8",
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]
INNER = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.0.9",
    "169.254.1.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
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
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("text", PUBLIC)
def test_the_open_internet_is_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", INNER)
def test_inner_networks_are_not(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


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


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1:8080/x",
        "https://localhost/",
        "http://localhost./",
        "http://any.localhost/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://user@10.0.0.1/",
        "http://[fe80::1%25eth0]/",
        "http:///nowhere",
        "file:///etc/hostname",
        "ftp://example.org/",
        "data:text/html,x",
        "http://[::1/",
    ],
)
def test_a_url_that_leads_inside_is_refused(url: str) -> None:
    assert why_not(url)


@pytest.mark.parametrize(
    "url", ["https://www.huxiu.com/article/33546", "http://8.8.8.8/", "https://[2606:4700::1]/"]
)
def test_a_url_of_the_open_internet_may_be_asked_for(url: str) -> None:
    assert why_not(url) is None


def test_what_is_refused_is_named() -> None:
    assert why_not("http://10.0.0.1/x") == "10.0.0.1 is not an address of the open internet"

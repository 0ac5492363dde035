"""The player meets clients under real host names, and reaches nothing."""

import ssl
import urllib.request
from urllib.error import HTTPError, URLError

import pytest

from cli.player import Page, Player

HELLO = Page(b"hello", headers={"Content-Type": "text/plain", "ETag": '"one"'})


def opener(player: Player, *, trusting: bool = True) -> urllib.request.OpenerDirector:
    proxy = urllib.request.ProxyHandler({"http": player.proxy_url, "https": player.proxy_url})
    context = ssl.create_default_context(cafile=str(player.ca_file) if trusting else None)
    return urllib.request.build_opener(proxy, urllib.request.HTTPSHandler(context=context))


@pytest.mark.parametrize("url", ["http://news.example/a?b=1", "https://news.example/a?b=1"])
def test_a_page_is_played_at_its_own_url(url: str) -> None:
    with Player({url: HELLO}) as player, opener(player).open(url) as response:
        assert (response.read(), response.url, player.requests) == (b"hello", url, [("GET", url)])


def test_a_page_is_played_whatever_query_a_link_adds() -> None:
    with (
        Player({"http://news.example/a": HELLO}) as player,
        opener(player).open("http://news.example/a?f=rss") as page,
    ):
        assert page.read() == b"hello"


def test_what_is_not_played_is_not_found() -> None:
    with Player({}) as player, pytest.raises(HTTPError, match="404") as caught:
        opener(player).open("https://news.example/robots.txt")
    caught.value.close()


def test_who_knows_the_tag_is_told_that_nothing_changed() -> None:
    request = urllib.request.Request("http://news.example/", headers={"If-None-Match": '"one"'})
    with Player({"http://news.example/": HELLO}) as player, pytest.raises(HTTPError, match="304") as caught:
        opener(player).open(request)
    caught.value.close()


def test_a_client_that_does_not_trust_the_authority_is_not_served() -> None:
    with Player({"https://news.example/": HELLO}) as player, pytest.raises(URLError, match="certificate"):
        opener(player, trusting=False).open("https://news.example/")


def test_the_authority_is_gone_with_the_play() -> None:
    with Player({}) as player:
        assert player.ca_file.read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")
    assert not player.ca_file.exists()

"""Addresses without a recipe: what is filed, and which address that a page states can't be its own."""

import pytest

from crawler.urls import is_list_beside, tidy


@pytest.mark.parametrize(
    ("url", "tidied"),
    [
        ("https://a.example/1?utm_source=x&spm=1.2&id=3#top", "https://a.example/1?id=3"),
        ("https://a.example/1?from=timeline&isappinstalled=0", "https://a.example/1"),
        ("https://a.example/1?from=beijing", "https://a.example/1?from=beijing"),
        ("https://user:secret@a.example:443", "https://a.example/"),
        ("http://a.example:443/", "http://a.example:443/"),
        ("https://a.example/#!/news/1", "https://a.example/#!/news/1"),
        ("https://a.example/中", "https://a.example/%E4%B8%AD"),
        ("http://[2001:db8::1]/a", "http://[2001:db8::1]/a"),
        (
            "https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1&sn=a&chksm=b&scene=21#wechat_redirect",
            "https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1&sn=a",
        ),
        ("mailto:someone@a.example", None),
        ("/1", None),
        ("http://a.example:port/", None),
    ],
)
def test_an_address_is_filed_without_what_tracks_its_readers(url: str, tidied: str | None) -> None:
    assert tidy(url) == tidied


ARTICLES = [
    ("/2026/11/a-quiet-queue/amp", "/2026/11/a-quiet-queue"),
    ("/quiet/amp", "/quiet"),
    ("/quiet/print", "/quiet"),
    ("/quiet/2", "/quiet"),
    ("/article/123/some-words", "/article/123"),
    ("/2026/11/20/quiet", "/quiet"),
    ("/story?sid=12", "/story?sid=12&page=1"),
    ("/a-quiet-queue?v=2", "/a-quiet-queue"),
]
LISTS = [
    ("/news/2026/11/a-quiet-queue", "/news"),
    ("/blog/hello", "/blog/"),
    ("/en/hello", "/en"),
    ("/2026/11/20/quiet", "/2026/11/20/"),
    ("/2026/11/20/quiet", "/2026"),
    ("/story?sid=12", "/story"),
    ("/a/b/1234", "/x/articles/"),
    ("/a/b/1234", "/news.html"),
]


@pytest.mark.parametrize(("here", "stated"), ARTICLES)
def test_an_articles_other_address_is_no_list(here: str, stated: str) -> None:
    assert not is_list_beside(f"https://a.example{stated}", f"https://a.example{here}")


@pytest.mark.parametrize(("here", "stated"), LISTS)
def test_a_list_beside_an_article_is_told_by_its_address(here: str, stated: str) -> None:
    assert is_list_beside(f"https://a.example{stated}", f"https://a.example{here}")

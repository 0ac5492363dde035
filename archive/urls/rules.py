"""The rules of `url_key` as data: what says only where a reader came from, and what single sites do otherwise."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Query keys, in lower case, that never say what is read: campaigns, clicks, sharers, sessions, apps.
TRACKING = _words(
    """
    gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid gs_l srsltid _ga _gl _gac ga_source
    ga_medium ga_term ga_content ga_campaign ga_place fbclid fb_ref fb_source fb_comment_id
    action_object_map action_type_map action_ref_map msclkid yclid ymclid tclid twclid ttclid li_fat_id
    lipi igshid igsh epik rdt_cid irclickid irgwc mc_cid mc_eid mkt_tok vero_id vero_conv wickedid
    oly_anon_id oly_enc_id rb_clickid ml_subscriber ml_subscriber_hash _hsenc _hsmi __hssc __hstc __hsfp
    hsctatracking _openstat _branch_match_id _branch_referrer _ke __s trkcampaign trk_contact trk_msg
    trk_module trk_sid cmpid xtor wt_mc wt.mc_id wt_zmc wt.zmc sc_cid sc_campaign sc_channel sc_content
    sc_medium sc_outcome sc_geo sc_country s_cid ns_mchannel ns_campaign ns_source ns_linkname ns_fee
    at_medium at_campaign at_format at_ptr_name at_bbc_team at_creation at_variant pk_campaign pk_kwd
    pk_keyword pk_source pk_medium pk_content pk_cid cndid bxid hasha hashb hashc guccounter sr_share
    ftcamp soc_src soc_trk tsrc wprov __twitter_impression ref_src ref_url referrer referer
    nr_email_referer recruited_by_id spreportid spjobid spuserid spmailingid asgtbndr nx_source
    _zucks_suid replytocom phpsessid jsessionid aspsessionid _dsign usqp amp_js_v amp_gsa amp_markup
    amp_ct amp_kit spm scm spm_id spm_id_from from_spmid dynamicspm_id_from vd_source unique_k
    share_token share_source share_medium share_from share_plat share_session_id share_tag share_times
    share_link_id share_channel share_platform share_type share_app_id share_iid share_uid
    share_timestamp shareuid sharefrom isappinstalled is_app_installed nsukey wxshare_count weibo_id
    weiboauthoruid dt_dapp tt_from hmsr hmpl hmcu hmkw hmci bd_vid bd_source qhclickid gdt_vid qz_gdt
    sudaref tdsourcetag adtag pgv_ref isfromh5share spss spsnuid spsdevid spsvid spsshare spsts spstoken
    _zbs_baidu_bk _trans_ ops_request_misc utm ktm_source zhida_source ivk_sa appinstall
    """
)
# … and how such keys begin.
TRACKING_STARTS = (
    *("utm_", "utm-", "mtm_", "matomo_", "piwik_", "hsa_", "itm_", "guce_", "fb_action_", "hmb_", "sharer_"),
    *("at_link_", "at_custom", "depth_1-utm_", "ktm_"),
)

_PLACES = _words(
    "rss feed rssfeed rss_feed timeline singlemessage groupmessage wechat weixin wechatmoments weibo qzone twitter facebook"
)
_YES = _words("1 true yes") | {""}
# Query keys that are an identity on some sites: they go with these values only.
TRACKING_VALUES: Mapping[str, frozenset[str]] = {
    "from": _PLACES | {"qq", "timeline_share", "message", "appmsg"},
    "f": _words("rss feed"),
    "source": _PLACES,
    "src": _words("rss feed"),
    "ref": _PLACES | {"hn", "hackernews", "hacker_news", "producthunt", "news.ycombinator.com"},
    "partner": _words("rss rssnyt rssuserland"),
    "emc": _words("rss"),
    "feature": _words("rss share youtu.be emb_logo"),
    "share": _words("twitter facebook linkedin reddit email x tumblr pocket telegram jetpack-whatsapp"),
    "wfr": _words("spider"),
    "amp": _YES,
    "_amp": _YES,
    "outputtype": _words("amp"),
    "output": _words("amp"),
}


@dataclass(frozen=True)
class SiteRule:
    """What the URLs of some hosts have of their own. Of several rules the first that fits is the only one.

    `path` is matched whole against the key's path: percent-encoded in one way, without a final slash or a
    final `/amp` or `/index.html`. A rule fits where it matches and every key of `needs` is in the query.
    """

    hosts: tuple[str, ...]  # without www.; `*.x` is x and every host below it; `*` is every host
    path: str = ".*"
    needs: tuple[str, ...] = ()
    keep: tuple[str, ...] | None = None  # the only query keys of an identity; None: all but tracking
    drop: tuple[str, ...] = ()  # query keys that are tracking here
    defaults: Mapping[str, str] = field(default_factory=dict)  # values that say the same as no value
    becomes: str = ""  # the key's host and path, {0} being the first group; "" for as they are
    leads_to: tuple[str, ...] = ()  # the query key that holds the page's own URL: this one only leads there
    wraps: bool = False  # the path's group is the page's own URL, without its scheme

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.path)


_GOOGLE = tuple(
    f"google.{end}"
    for end in sorted(_words("com co.uk co.jp co.in co.kr com.hk com.tw com.sg com.au cn de fr it es nl ca"))
)
_INNER = r"(?:s/)?([\w-]+(?:\.[\w-]+)+(?:/.*)?)"

RULES = (
    # --- the same article under other hosts, numbers and names ---
    SiteRule(
        ("huxiu.com", "m.huxiu.com", "android.m.huxiu.com"),
        r"/article/(\d+)(?:/1)?(?:\.html)?",
        keep=(),
        becomes="huxiu.com/article/{0}",
    ),
    SiteRule(("huxiu.com", "m.huxiu.com"), drop=("f",)),
    SiteRule(
        ("36kr.com", "m.36kr.com", "eu.36kr.com"),
        r"(?:/zh)?/p/(\d+)(?:\.html)?",
        keep=(),
        becomes="36kr.com/p/{0}",
    ),
    SiteRule(
        ("ithome.com", "m.ithome.com"),
        r"/(?:html/(?:[a-z0-9]{1,20}/)?(\d{0,3}?)(\d{1,3})(\d{3})\.htm)",
        keep=(),
        becomes="ithome.com/{0:0>1}/{1:0>3}/{2}.htm",
    ),
    SiteRule(("*.solidot.org",), "/story", ("sid",), ("sid",), becomes="solidot.org/story"),
    SiteRule(
        ("*.cnbeta.com", "*.cnbeta.com.tw"),
        r"/(?:articles|view)/(?:[a-z]+/)?(\d+)\.htm",
        keep=(),
        becomes="cnbeta.com.tw/articles/{0}.htm",
    ),
    SiteRule(
        ("leiphone.com", "m.leiphone.com"),
        r"/(?:news/\d{6}|category/\w+)/(\w{16})\.html",
        keep=(),
        becomes="leiphone.com/{0}",
    ),
    SiteRule(("tmtpost.com", "m.tmtpost.com"), r"/(\d+)\.html", keep=(), becomes="tmtpost.com/{0}.html"),
    SiteRule(("guokr.com", "m.guokr.com"), r"/article/(\d+)", keep=(), becomes="guokr.com/article/{0}"),
    SiteRule(("oschina.net",), r"/news/(\d+)(?:/[\w-]+)?", keep=(), becomes="oschina.net/news/{0}"),
    # Sixteen letters and digits, whatever the channel: www.163.com/dy/article/…, 3g.163.com/tech/article/….
    SiteRule(("*.163.com",), r"/(?:.*/)?([0-9A-Z]{16})\.html", keep=(), becomes="163.com/article/{0}"),
    SiteRule(
        ("lwn.net",),
        r"/(?:Articles|SubscriberLink)/(\d+)(?:/(?:bigpage|[0-9a-f]{16}))?",
        keep=(),
        becomes="lwn.net/Articles/{0}",
    ),
    SiteRule(
        ("*.slashdot.org",),
        r"/story/(\d\d/\d\d/\d\d/\d+)(?:/[\w-]+)?",
        keep=(),
        becomes="slashdot.org/story/{0}",
    ),
    SiteRule(
        ("theverge.com",),
        r"(?!/(?:pages|users|authors|newsletters?)/)(?:/20\d\d/\d{1,2}/\d{1,2}|/[a-z][a-z0-9-]*)?/(\d{5,9})/[\w.%-]+",
        keep=(),
        becomes="theverge.com/{0}",
    ),
    SiteRule(
        ("theregister.com", "theregister.co.uk"),
        r"/(20\d\d/\d\d/\d\d/\w+)(?:/print\.html)?",
        keep=(),
        becomes="theregister.com/{0}",
    ),
    SiteRule(("go.theregister.com",), rf"/feed/{_INNER}", wraps=True),
    SiteRule(("heise.de",), r"/(?!forum/).*-(\d{6,8})\.html", keep=("seite",), becomes="heise.de/-{0}"),
    SiteRule(("heise.de",), r"/-\d{6,8}", keep=("seite",)),
    SiteRule(
        ("golem.de",),
        r"/news/[\w-]+?-(\d{4}-\d{4,6}(?:-\d{1,2})?)\.html",
        keep=(),
        becomes="golem.de/news/{0}",
    ),
    SiteRule(
        ("itmedia.co.jp",),
        r"/(\w+)/(?:articles|spv|amp)/(\d{4}/\d\d/news\d+(?:_\d+)?\.html)",
        keep=(),
        becomes="itmedia.co.jp/{0}/articles/{1}",
    ),
    SiteRule(
        ("technologyreview.com",),
        r"/(20\d\d/\d\d/\d\d/\d+)(?:/[\w-]+)?",
        keep=(),
        becomes="technologyreview.com/{0}",
    ),
    # --- the query is the identity ---
    # Links from a search have none of these four: they stay what they are.
    SiteRule(("mp.weixin.qq.com",), "/s", ("__biz", "mid"), ("__biz", "mid", "idx", "sn")),
    SiteRule(("mp.weixin.qq.com",), r"/s/[\w-]+", keep=()),
    SiteRule(("youtube.com", "m.youtube.com"), "/watch", ("v",), ("v",), becomes="youtube.com/watch"),
    SiteRule(("youtu.be",), r"/([\w-]{11})", keep=(), becomes="youtube.com/watch?v={0}"),
    SiteRule(
        ("*",),
        r".*/(?:forum|viewthread)\.php",
        ("tid",),
        ("mod", "tid", "page", "authorid"),
        defaults={"mod": "viewthread", "page": "1"},
    ),
    SiteRule(("*.medium.com",), drop=("source",)),
    SiteRule(("wired.com", "arstechnica.com", "vogue.com", "newyorker.com"), drop=("mbid",)),
    SiteRule(("techcrunch.com", "engadget.com"), drop=("ncid",)),
    SiteRule(("nytimes.com",), drop=("smid", "smtyp")),
    # --- pages that only lead to another ---
    SiteRule(
        ("news.google.com",),
        r"(?:/__i)?(?:/rss)?(?:/rd)?/(?:articles|read)/([\w-]+)",
        keep=(),
        becomes="news.google.com/articles/{0}",
    ),
    SiteRule(_GOOGLE, rf"/amp/{_INNER}", wraps=True),
    SiteRule(("*.cdn.ampproject.org", "*.bing-amp.com"), rf"/(?:c|v|a|wp)/{_INNER}", wraps=True),
    SiteRule(("bing.com",), rf"/amp/{_INNER}", wraps=True),
    SiteRule(_GOOGLE, "/url", leads_to=("url", "q")),
    SiteRule(("bing.com",), "/news/apiclick.aspx", leads_to=("url",)),
    SiteRule(("link.zhihu.com", "link.juejin.cn", "link.csdn.net"), leads_to=("target",)),
    SiteRule(("link.jianshu.com",), leads_to=("t",)),
    SiteRule(("gitee.com", "sspai.com"), "/link", leads_to=("target",)),
    SiteRule(("oschina.net",), "/action/GoToLink", leads_to=("url",)),
    SiteRule(("l.facebook.com", "lm.facebook.com"), "/l.php", leads_to=("u",)),
)
